import { checkOptionNames } from "../../model/check-option-names.js";
import type { ByteRange, ListedObject, Storage, StoredObject } from "../../ports/storage.js";
import { assertStorageKey, assertStoragePrefix, isStorageName } from "../../ports/storage-key.js";
import { attachmentHeader } from "../attachment-header.js";
import { exactStream } from "../exact-stream.js";
import { unlessAborted } from "../unless-aborted.js";
import { type BucketRequest, type BucketRequests, createBucketRequests } from "./bucket-requests.js";
import { bucketUrl, keyRoot } from "./bucket-url.js";
import { listPages } from "./list-pages.js";
import { isMissingObject, readRefusal, refusalError } from "./refusal.js";
import { signedSpan } from "./signed-span.js";

/** Options of {@link s3Storage}. */
export interface S3StorageOptions {
  /** Name of an existing bucket. */
  readonly bucket: string;
  /**
   * Region of the bucket, such as `"eu-central-1"`. `"auto"` on Cloudflare R2, `"us-east-1"` for services without
   * regions.
   */
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Token of temporary credentials. Signed URLs expire with them. */
  readonly sessionToken?: string;
  /**
   * URL of the service without the bucket, such as `"https://<account>.r2.cloudflarestorage.com"`.
   * @default Amazon's, in the region
   */
  readonly endpoint?: string;
  /** Prefix of every key, such as `"safelight"` or `"app/media"`. @default nothing */
  readonly prefix?: string;
  /**
   * Whether the path contains the bucket, instead of the host.
   * @default true with an `endpoint`, or a dot in the bucket's name
   */
  readonly forcePathStyle?: boolean;
  /**
   * Whether browsers load outputs from the bucket, by URLs that expire. With `false`, the server reads the bytes and
   * serves them, for a bucket that browsers cannot reach.
   * @default true
   */
  readonly signedUrls?: boolean;
  /** Sends the requests. @default the global one */
  readonly fetch?: typeof globalThis.fetch;
  /** Epoch milliseconds; for tests. @default the system's time */
  readonly now?: () => number;
}

/** Max concurrent deletes. */
const maxDeletes = 8;
/**
 * Max pages that one `deleteAll` reads. The objects of a prefix fit into one page; a longer listing continues with the
 * next call.
 */
const maxPages = 1_000;

/**
 * Stores bytes in a bucket of Amazon S3, or of any compatible service. Objects are private: only signed requests read
 * them. Never retries: the caller decides about retries, and each request is safe to repeat. Needs `aws4fetch`, and
 * runs on any runtime with `fetch` and Web Crypto.
 *
 * @example
 * ```ts
 * createSafelight({ storage: s3Storage({ bucket: "media", region: "eu-central-1", accessKeyId, secretAccessKey }), … });
 * ```
 * @throws {RangeError} when an option is out of its range.
 */
export function s3Storage(options: S3StorageOptions): Storage {
  checkOptionNames<S3StorageOptions>(options, {
    where: "s3Storage",
    names: {
      bucket: "required",
      region: "required",
      accessKeyId: "required",
      secretAccessKey: "required",
      sessionToken: true,
      endpoint: true,
      prefix: true,
      forcePathStyle: true,
      signedUrls: true,
      fetch: true,
      now: true,
    },
  });
  const { signedUrls = true, now = Date.now } = options;
  const bucket = openBucket(options);
  const { request, urlOf } = bucket;

  const signedUrl: NonNullable<Storage["signedUrl"]> = async (key, { expiresAt, fileName }) => {
    const url = new URL(urlOf(key));
    if (fileName !== undefined) url.searchParams.set("response-content-disposition", attachmentHeader(fileName));
    return bucket.signUrl(url, signedSpan(expiresAt, now()));
  };

  return {
    id: "s3",

    // biome-ignore lint/complexity/useMaxParams: a method of `Storage`
    put: async (key, body, { contentType, sha256, signal }) => {
      const url = urlOf(key);
      const headers = {
        "content-type": contentType,
        // The bytes never change. Their signed URL changes after a while, and the browser then requests it again.
        "cache-control": "private, max-age=900",
        // The service compares it with the received bytes, and stores nothing if they differ.
        "x-amz-content-sha256": sha256,
      };
      const put: BucketRequest = { action: "put an object", method: "PUT", url, headers, body, signal };
      const response = await unlessAborted(signal, request(put));
      if (response === null) {
        throw new Error(`Bucket "${bucket.name}" responded 404 to put an object: check \`endpoint\`.`);
      }
      await response.body?.cancel();
    },

    get: async (key, { range, signal } = {}): Promise<StoredObject | null> => {
      const headers = range === undefined ? {} : { range: `bytes=${range.start}-${range.end}` };
      const response = await request({ action: "get an object", method: "GET", url: urlOf(key), headers, signal });
      if (response === null) return null;
      const byteLength = byteLengthOf(response, range);
      if (byteLength === null) {
        await response.body?.cancel();
        throw new Error(`Bucket "${bucket.name}" returned other bytes of an object than requested.`);
      }
      const expected = range === undefined ? byteLength : range.end - range.start + 1;
      return { body: exactStream(response.body ?? new Blob([]).stream(), expected), byteLength };
    },

    delete: async (key) => deleteObject(bucket, urlOf(key)),

    deleteAll: async (prefix) => {
      assertStoragePrefix(prefix);
      await deleteUnder(bucket, `${bucket.root}${prefix}/`);
    },

    list: () => listObjects(bucket),

    ...(signedUrls && { signedUrl }),
  };
}

/** A bucket with its signed requests. */
interface Bucket {
  readonly name: string;
  /** URL of the bucket, without a slash at the end. */
  readonly base: string;
  /** Prefix of every key of this storage: empty, or with a slash at the end. */
  readonly root: string;
  /** @throws {TypeError} for an invalid key. */
  readonly urlOf: (key: string) => string;
  /** Resolves to `null` if the object does not exist. */
  readonly request: (request: BucketRequest) => Promise<Response | null>;
  readonly signUrl: BucketRequests["signUrl"];
}

function openBucket(options: S3StorageOptions): Bucket {
  const { bucket, region } = options;
  const base = bucketUrl(options);
  const root = keyRoot(options);
  const { send, signUrl } = createBucketRequests(options);
  return {
    name: bucket,
    base,
    root,
    urlOf: (key) => {
      assertStorageKey(key);
      return `${base}/${root}${key}`;
    },
    request: async (request) => {
      const response = await send(request);
      if (response.ok) return response;
      const refusal = await readRefusal(response);
      if (isMissingObject(refusal)) return null;
      throw refusalError(refusal, { action: request.action, bucket, region });
    },
    signUrl,
  };
}

async function deleteObject({ request }: Bucket, url: string): Promise<void> {
  const response = await request({ action: "delete an object", method: "DELETE", url });
  await response?.body?.cancel();
}

/** Deletes the objects of each page before it reads the next page. */
async function deleteUnder(bucket: Bucket, prefix: string): Promise<void> {
  let pages = 0;
  for await (const page of pagesUnder(bucket, prefix)) {
    pages += 1;
    // Keys of another form were not written by a storage.
    const keys = page
      .map(({ key }) => key)
      .filter((key) => key.startsWith(prefix) && isStorageName(key.slice(prefix.length)));
    for (let index = 0; index < keys.length; index += maxDeletes) {
      // One request per object: a bulk delete needs an MD5 with some services, and another hash with others.
      await Promise.all(
        keys.slice(index, index + maxDeletes).map((key) => deleteObject(bucket, `${bucket.base}/${key}`)),
      );
    }
    if (pages === maxPages)
      throw new Error(`The listing of bucket "${bucket.name}" did not end after ${maxPages} pages.`);
  }
}

async function* listObjects(bucket: Bucket): AsyncGenerator<ListedObject> {
  const { name, root } = bucket;
  for await (const page of pagesUnder(bucket, root)) {
    for (const { key, byteLength, storedAt } of page) {
      if (!key.startsWith(root)) continue;
      if (byteLength === null || storedAt === null) {
        throw new Error(`The listing of bucket "${name}" has an object without its size or time.`);
      }
      yield { key: key.slice(root.length), byteLength, storedAt };
    }
  }
}

function pagesUnder({ base, name, request }: Bucket, prefix: string): ReturnType<typeof listPages> {
  return listPages(prefix, { base, bucket: name, request });
}

/** Length of the whole object, whatever the range; `null` if the response has another range than the request. */
function byteLengthOf({ status, headers }: Response, range: ByteRange | undefined): number | null {
  if (range === undefined) {
    const length = /^\d{1,15}$/.exec(headers.get("content-length") ?? "");
    return status === 200 && length !== null ? Number(length[0]) : null;
  }
  const [, start, end, length] =
    /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15})$/.exec(headers.get("content-range") ?? "") ?? [];
  const isRequested = status === 206 && Number(start) === range.start && Number(end) === range.end;
  return isRequested ? Number(length) : null;
}
