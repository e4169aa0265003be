import { checkOptionNames } from "../../model/check-option-names.js";
import type { ByteRange, ListedObject, Storage, StoredObject } from "../../ports/storage.js";
import { assertStorageKey, assertStoragePrefix, isStorageName } from "../../ports/storage-key.js";
import { attachmentHeader } from "../attachment-header.js";
import { exactStream } from "../exact-stream.js";
import { unlessAborted } from "../unless-aborted.js";
import { type BucketRequest, createBucketRequests } from "./bucket-requests.js";
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

/** Number of concurrent deletes. */
const atOnce = 8;
/**
 * Max pages that one `deleteAll` reads. The objects of a prefix fit into one page; a longer listing continues with the
 * next call.
 */
const mostPages = 1_000;

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
  checkOptionNames<S3StorageOptions>(options, "s3Storage", {
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
  });
  const { bucket, region, signedUrls = true, now = Date.now } = options;
  const base = bucketUrl(options);
  const root = keyRoot(options);
  const { send, signUrl } = createBucketRequests(options);
  const urlOf = (key: string): string => {
    assertStorageKey(key);
    return `${base}/${root}${key}`;
  };

  /** Resolves to `null` if the object does not exist. */
  const ask = async (request: BucketRequest): Promise<Response | null> => {
    const response = await send(request);
    if (response.ok) return response;
    const refusal = await readRefusal(response);
    if (isMissingObject(refusal)) return null;
    throw refusalError(refusal, { action: request.action, bucket, region });
  };

  const remove = async (url: string): Promise<void> => {
    const response = await ask({ action: "delete an object", method: "DELETE", url });
    await response?.body?.cancel();
  };

  const pagesUnder = (under: string) => listPages(under, { base, bucket, ask });

  const signedUrl: NonNullable<Storage["signedUrl"]> = async (key, { expiresAt, fileName }) => {
    const url = new URL(urlOf(key));
    if (fileName !== undefined) url.searchParams.set("response-content-disposition", attachmentHeader(fileName));
    return signUrl(url, signedSpan(expiresAt, now()));
  };

  return {
    id: "s3",

    put: async (key, body, { contentType, sha256, signal }) => {
      const url = urlOf(key);
      const headers = {
        "content-type": contentType,
        // The bytes never change. Their signed URL changes after a while, and the browser then requests it again.
        "cache-control": "private, max-age=900",
        // The service compares it with the received bytes, and stores nothing if they differ.
        "x-amz-content-sha256": sha256,
      };
      const request: BucketRequest = { action: "put an object", method: "PUT", url, headers, body, signal };
      const response = await unlessAborted(signal, ask(request));
      if (response === null) throw new Error(`Bucket "${bucket}" has no place for an object: check \`endpoint\`.`);
      await response.body?.cancel();
    },

    get: async (key, range): Promise<StoredObject | null> => {
      const headers = range === undefined ? {} : { range: `bytes=${range.start}-${range.end}` };
      const response = await ask({ action: "get an object", method: "GET", url: urlOf(key), headers });
      if (response === null) return null;
      const byteLength = byteLengthOf(response, range);
      if (byteLength === null) {
        await response.body?.cancel();
        throw new Error(`Bucket "${bucket}" answered with other bytes of an object than it was asked for.`);
      }
      const expected = range === undefined ? byteLength : range.end - range.start + 1;
      return { body: exactStream(response.body ?? new Blob([]).stream(), expected), byteLength };
    },

    delete: async (key) => remove(urlOf(key)),

    deleteAll: async (first) => {
      assertStoragePrefix(first);
      const under = `${root}${first}/`;
      let pages = 0;
      for await (const page of pagesUnder(under)) {
        pages += 1;
        // Keys of another form were not written by a storage.
        const keys = page
          .map(({ key }) => key)
          .filter((key) => key.startsWith(under) && isStorageName(key.slice(under.length)));
        for (let index = 0; index < keys.length; index += atOnce) {
          // One request per object: a bulk delete needs an MD5 with some services, and another hash with others.
          await Promise.all(keys.slice(index, index + atOnce).map((key) => remove(`${base}/${key}`)));
        }
        if (pages === mostPages) throw new Error(`The listing of bucket "${bucket}" goes on after ${mostPages} pages.`);
      }
    },

    async *list(): AsyncGenerator<ListedObject> {
      for await (const page of pagesUnder(root)) {
        for (const { key, byteLength, storedAt } of page) {
          if (!key.startsWith(root)) continue;
          if (byteLength === null || storedAt === null) {
            throw new Error(`The listing of bucket "${bucket}" has an object without its size or time.`);
          }
          yield { key: key.slice(root.length), byteLength, storedAt };
        }
      }
    },

    ...(signedUrls && { signedUrl }),
  };
}

/** Length of the whole object, whatever the range; `null` if the response has another range than the request. */
function byteLengthOf({ status, headers }: Response, range: ByteRange | undefined): number | null {
  if (range === undefined) {
    const length = /^\d{1,15}$/.exec(headers.get("content-length") ?? "");
    return status === 200 && length !== null ? Number(length[0]) : null;
  }
  const [, start, end, length] =
    /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15})$/.exec(headers.get("content-range") ?? "") ?? [];
  const isAsked = status === 206 && Number(start) === range.start && Number(end) === range.end;
  return isAsked ? Number(length) : null;
}
