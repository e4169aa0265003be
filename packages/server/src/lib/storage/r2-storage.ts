import { checkOptionNames } from "../model/check-option-names.js";
import { withSetupCode } from "../ports/setup-error.js";
import type { ListedObject, Storage, StoredObject } from "../ports/storage.js";
import { assertStorageKey, assertStoragePrefix, isStorageName } from "../ports/storage-key.js";
import { unlessAborted } from "./unless-aborted.js";

/** The used part of an R2 binding of Cloudflare Workers. */
export interface R2Binding {
  put(
    key: string,
    body: Blob,
    options: { sha256: string; httpMetadata: { contentType: string; cacheControl: string } },
  ): Promise<unknown>;
  get(key: string, options?: { range: { offset: number; length: number } }): Promise<R2BindingObject | null>;
  delete(keys: string[]): Promise<void>;
  list(options: { prefix: string; cursor?: string }): Promise<R2BindingPage>;
}

/** The used part of an object of R2. */
export interface R2BindingObject {
  readonly body: ReadableStream<Uint8Array>;
  readonly size: number;
}

/** The used part of a listing of R2. */
export interface R2BindingPage {
  readonly objects: readonly { readonly key: string; readonly size: number; readonly uploaded: Date }[];
  readonly truncated: boolean;
  readonly cursor?: string;
}

/** Options of {@link r2Storage}. */
export interface R2StorageOptions {
  /** The binding, such as `env.BUCKET`. */
  readonly bucket: R2Binding;
  /** Prefix of every key, such as `"safelight"` or `"app/media"`. @default nothing */
  readonly prefix?: string;
  /**
   * Signs URLs from which browsers load outputs: an `s3Storage` of the same bucket and prefix. A binding cannot sign.
   *
   * @default the Worker serves the bytes
   */
  readonly signedUrls?: Pick<Storage, "signedUrl">;
  /**
   * Public origin of the bucket, such as `"https://media.example.com"`, from which browsers load outputs. Its URLs are
   * unguessable, and valid until the object is deleted. The Worker still serves downloads under a file name.
   *
   * @default the Worker serves the bytes
   */
  readonly publicUrl?: string;
}

/**
 * Stores bytes in a Cloudflare R2 bucket through its binding. Never retries: the caller decides about retries, and each
 * request is safe to repeat. Each object counts as one subrequest.
 *
 * @example
 * ```ts
 * import { env } from "cloudflare:workers";
 *
 * const storage = r2Storage({ bucket: env.BUCKET });
 * ```
 * @throws {TypeError} if `bucket` is not an R2 binding, or both `signedUrls` and `publicUrl` are set.
 * @throws {RangeError} when another option is out of its range.
 */
export function r2Storage(options: R2StorageOptions): Storage {
  checkOptionNames<R2StorageOptions>(options, {
    where: "r2Storage",
    names: { bucket: "required", prefix: true, signedUrls: true, publicUrl: true },
  });
  const { bucket, publicUrl } = options;
  if (typeof bucket?.put !== "function") {
    throw withSetupCode(
      "option_missing",
      new TypeError("r2Storage needs an R2 binding as `bucket`, such as env.BUCKET: add it to `r2_buckets`."),
    );
  }
  const root = rootOf(options);
  const signedUrl = signerOf(options, root);
  const keyOf = (key: string): string => {
    assertStorageKey(key);
    return `${root}${key}`;
  };
  // The bytes never change. A public copy in a cache outlives a deleted object by at most this time.
  const cacheControl = `${publicUrl === undefined ? "private" : "public"}, max-age=900`;

  return {
    id: "r2",
    // biome-ignore lint/complexity/useMaxParams: a method of `Storage`
    put: async (key, body, { contentType, sha256, signal }) => {
      const path = keyOf(key);
      signal?.throwIfAborted();
      // R2 compares the hash with the received bytes, and stores nothing if they differ.
      await unlessAborted(signal, bucket.put(path, body, { sha256, httpMetadata: { contentType, cacheControl } }));
    },
    get: async (key, { range, signal } = {}): Promise<StoredObject | null> => {
      signal?.throwIfAborted();
      const part = range && { range: { offset: range.start, length: range.end - range.start + 1 } };
      const object = await unlessAborted(signal, bucket.get(keyOf(key), part));
      return object && { body: object.body, byteLength: object.size };
    },
    delete: async (key) => bucket.delete([keyOf(key)]),
    deleteAll: async (prefix) => {
      assertStoragePrefix(prefix);
      const path = `${root}${prefix}/`;
      // Reads the first page again: a cursor may skip objects of a listing that shrinks.
      for (let page = await bucket.list({ prefix: path }); page.objects.length > 0; ) {
        await bucket.delete(page.objects.map(({ key }) => key));
        if (!page.truncated) break;
        page = await bucket.list({ prefix: path });
      }
    },
    list: () => listObjects(bucket, root),
    ...(signedUrl && { signedUrl }),
  };
}

/** @throws {RangeError} for an invalid prefix. */
function rootOf({ prefix }: R2StorageOptions): string {
  if (prefix === undefined) return "";
  if (prefix.split("/").every(isStorageName)) return `${prefix}/`;
  throw withSetupCode(
    "option_invalid",
    new RangeError(`Invalid prefix "${prefix}": use names of letters, digits and ._- with slashes between them`),
  );
}

/** The URL for browsers; `undefined` if the Worker serves all bytes. */
function signerOf({ signedUrls, publicUrl }: R2StorageOptions, root: string): Storage["signedUrl"] {
  if (signedUrls !== undefined && publicUrl !== undefined) {
    throw withSetupCode(
      "option_invalid",
      new TypeError("r2Storage takes either `signedUrls` or `publicUrl`, not both."),
    );
  }
  if (publicUrl === undefined) return signedUrls?.signedUrl?.bind(signedUrls);
  const origin = originOf(publicUrl);
  return async (key, { fileName }) => {
    assertStorageKey(key);
    // A public URL cannot set a content disposition.
    return fileName === undefined ? `${origin}/${root}${key}` : null;
  };
}

function originOf(publicUrl: string): string {
  const url = URL.canParse(publicUrl) ? new URL(publicUrl) : null;
  if (url?.protocol === "https:" && publicUrl.replace(/\/$/, "") === url.origin) return url.origin;
  throw withSetupCode(
    "option_invalid",
    new RangeError("Invalid publicUrl: use an https origin such as https://media.example.com"),
  );
}

async function* listObjects(bucket: R2Binding, root: string): AsyncGenerator<ListedObject> {
  for (let cursor: string | undefined; ; ) {
    const page = await bucket.list({ prefix: root, ...(cursor !== undefined && { cursor }) });
    for (const { key, size, uploaded } of page.objects) {
      yield { key: key.slice(root.length), byteLength: size, storedAt: uploaded.getTime() };
    }
    if (!page.truncated) return;
    if (page.cursor === undefined) throw new Error("A truncated listing of a bucket has no cursor.");
    cursor = page.cursor;
  }
}
