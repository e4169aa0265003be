import type { ListedObject, Storage, StoredObject } from "../ports/storage.js";
import { assertStorageKey, assertStoragePrefix } from "../ports/storage-key.js";
import { unlessAborted } from "./unless-aborted.js";

/**
 * Stores bytes in this process, for tests and first steps. The bytes are lost with the process, and no other process
 * sees them. A web server and a separate worker need `fileStorage` or a bucket.
 *
 * @example
 * ```ts
 * createSafelight({ storage: memoryStorage(), … });
 * ```
 */
export function memoryStorage(): Storage {
  const objects = new Map<string, { readonly bytes: Uint8Array<ArrayBuffer>; readonly storedAt: number }>();
  return {
    id: "memory",
    // biome-ignore lint/complexity/useMaxParams: a method of `Storage`
    put: async (key, body, { signal }) => {
      assertStorageKey(key);
      // Copies the body, which may be a temporary file.
      const bytes = new Uint8Array(await unlessAborted(signal, body.arrayBuffer()));
      objects.set(key, { bytes, storedAt: Date.now() });
    },
    get: async (key, { range, signal } = {}): Promise<StoredObject | null> => {
      assertStorageKey(key);
      signal?.throwIfAborted();
      const bytes = objects.get(key)?.bytes;
      if (bytes === undefined) return null;
      const { start, end } = range ?? { start: 0, end: bytes.byteLength - 1 };
      return { body: streamOf(bytes.slice(start, end + 1)), byteLength: bytes.byteLength };
    },
    delete: async (key) => {
      assertStorageKey(key);
      objects.delete(key);
    },
    deleteAll: async (prefix) => {
      assertStoragePrefix(prefix);
      for (const key of objects.keys()) if (key.startsWith(`${prefix}/`)) objects.delete(key);
    },
    async *list(): AsyncGenerator<ListedObject> {
      for (const [key, { bytes, storedAt }] of objects) yield { key, byteLength: bytes.byteLength, storedAt };
    },
  };
}

function streamOf(bytes: Uint8Array): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      if (bytes.byteLength > 0) controller.enqueue(bytes);
      controller.close();
    },
  });
}
