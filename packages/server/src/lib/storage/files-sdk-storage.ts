import { checkOptionNames } from "../model/check-option-names.js";
import { withSetupCode } from "../ports/setup-error.js";
import type { GetOptions, ListedObject, Storage, StoredObject } from "../ports/storage.js";
import { assertStorageKey, assertStoragePrefix, isStorageName } from "../ports/storage-key.js";
import { attachmentHeader } from "./attachment-header.js";
import { exactStream } from "./exact-stream.js";
import { partOfStream } from "./part-of-stream.js";
import { unlessAborted } from "./unless-aborted.js";

/**
 * The used part of a `Files` of `files-sdk`.
 *
 * @see https://github.com/haydenbleasel/files-sdk, version 2.6, 2026-11
 */
export interface FilesClient {
  readonly capabilities: {
    readonly rangeRead: boolean;
    readonly signedUrl: { readonly supported: boolean; readonly maxExpiresIn?: number };
  };
  upload(key: string, body: Blob, options: { contentType: string; signal?: AbortSignal }): Promise<unknown>;
  download(
    key: string,
    options: { as: "stream"; range?: { start: number; end: number }; signal?: AbortSignal },
  ): Promise<DownloadedFile>;
  head(key: string, options?: { signal?: AbortSignal }): Promise<{ readonly size: number }>;
  delete(key: string): Promise<void>;
  list(options: { prefix?: string; cursor?: string }): Promise<FilePage>;
  url(key: string, options: { expiresIn: number; responseContentDisposition: string }): Promise<string>;
}

/** A file with its bytes. */
export interface DownloadedFile {
  readonly size: number;
  stream(): ReadableStream<Uint8Array>;
}

/** A file of a listing. */
export interface ListedFile {
  readonly key: string;
  readonly size?: number;
  /** Epoch milliseconds. */
  readonly lastModified?: number;
}

/** A page of a listing. */
export interface FilePage {
  readonly items: readonly ListedFile[];
  readonly cursor?: string;
}

/** Options of {@link filesSdkStorage}. */
export interface FilesSdkStorageOptions {
  /**
   * Whether browsers load outputs from URLs that the adapter signs. With `false`, the server reads the bytes and serves
   * them.
   * @default whether the adapter supports it
   */
  readonly signedUrls?: boolean;
  /** Epoch milliseconds; for tests. @default the system's time */
  readonly now?: () => number;
}

/** Max concurrent deletes. */
const maxDeletes = 8;

/**
 * Stores bytes in any service with an adapter for `files-sdk`. Pass a dedicated `Files`, without plugins that keep
 * deleted files. Its adapter must store an object completely or not at all.
 *
 * @example
 * ```ts
 * createSafelight({ storage: filesSdkStorage(new Files({ adapter: azure({ container: "media" }) })), … });
 * ```
 */
export function filesSdkStorage(files: FilesClient, options: FilesSdkStorageOptions = {}): Storage {
  if (typeof files !== "object" || files === null) {
    throw withSetupCode(
      "option_missing",
      new TypeError("filesSdkStorage needs a `Files` of files-sdk as its first argument."),
    );
  }
  checkOptionNames<FilesSdkStorageOptions>(options, {
    where: "filesSdkStorage",
    names: { signedUrls: true, now: true },
  });
  const { signedUrls = files.capabilities.signedUrl.supported, now = Date.now } = options;

  const signedUrl: NonNullable<Storage["signedUrl"]> = async (key, { expiresAt, fileName }) => {
    assertStorageKey(key);
    const { maxExpiresIn = Number.POSITIVE_INFINITY } = files.capabilities.signedUrl;
    const expiresIn = Math.min(Math.floor((expiresAt - now()) / 1_000), maxExpiresIn);
    if (!(expiresIn >= 1)) throw new RangeError("expiresAt must be at least a second in the future");
    // Always passed: without it, an adapter with a public URL returns that URL, which never expires.
    const responseContentDisposition = fileName === undefined ? "inline" : attachmentHeader(fileName);
    const url = await files.url(key, { expiresIn, responseContentDisposition });
    if (/^https?:/.test(url)) return url;
    throw new Error("The adapter of files-sdk has no URL for browsers: set `signedUrls: false`.");
  };

  const download = (key: string, { range, signal }: GetOptions): Promise<DownloadedFile | null> =>
    unlessMissing(
      unlessAborted(
        signal,
        files.download(key, { as: "stream", ...(range && { range: { ...range } }), ...(signal && { signal }) }),
      ),
    );

  const remove = (key: string): Promise<unknown> => unlessMissing(files.delete(key));

  return {
    id: "files-sdk",

    // biome-ignore lint/complexity/useMaxParams: a method of `Storage`
    put: async (key, body, { contentType, signal }) => {
      assertStorageKey(key);
      await unlessAborted(signal, files.upload(key, body, { contentType, ...(signal && { signal }) }));
    },

    get: async (key, { range, signal } = {}): Promise<StoredObject | null> => {
      assertStorageKey(key);
      const isPart = range !== undefined && files.capabilities.rangeRead;
      // The size of a part is not the size of the object.
      const found = isPart ? await unlessMissing(files.head(key, signal && { signal })) : null;
      if (isPart && found === null) return null;
      const file = await download(key, { ...(isPart && { range }), ...(signal && { signal }) });
      if (file === null) return null;
      const byteLength = found?.size ?? file.size;
      if (range === undefined) return { body: exactStream(file.stream(), byteLength), byteLength };
      const part = isPart ? file.stream() : partOfStream(file.stream(), range);
      return { body: exactStream(part, range.end - range.start + 1), byteLength };
    },

    delete: async (key) => {
      assertStorageKey(key);
      await remove(key);
    },

    deleteAll: async (prefix) => {
      assertStoragePrefix(prefix);
      const keys = await keysUnder(files, `${prefix}/`);
      for (let index = 0; index < keys.length; index += maxDeletes) {
        await Promise.all(keys.slice(index, index + maxDeletes).map(remove));
      }
    },

    async *list(): AsyncGenerator<ListedObject> {
      for await (const { key, size, lastModified } of listFiles(files)) {
        if (size === undefined || lastModified === undefined) {
          throw new Error("The adapter of files-sdk lists files without their size or time.");
        }
        yield { key, byteLength: size, storedAt: lastModified };
      }
    },

    ...(signedUrls && { signedUrl }),
  };
}

/** Lists all keys before the first delete: adapters with page offsets would skip the keys that move up. */
async function keysUnder(files: FilesClient, prefix: string): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const { key } of listFiles(files, { prefix })) {
    // Keys of another form were not written by a storage.
    if (key.startsWith(prefix) && isStorageName(key.slice(prefix.length))) keys.push(key);
  }
  return keys;
}

async function* listFiles(files: FilesClient, options: { readonly prefix?: string } = {}): AsyncGenerator<ListedFile> {
  const cursors = new Set<string>();
  for (let cursor: string | undefined; ; ) {
    const page: FilePage = await files.list({ ...options, ...(cursor !== undefined && { cursor }) });
    yield* page.items;
    cursor = page.cursor;
    if (cursor === undefined) return;
    if (cursors.has(cursor)) throw new Error("The listing of files-sdk repeats a cursor.");
    cursors.add(cursor);
  }
}

/** Resolves to `null` if files-sdk finds no file; rethrows other errors. */
async function unlessMissing<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "NotFound") return null;
    throw error;
  }
}
