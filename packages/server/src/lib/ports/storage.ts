/** A range of bytes of an object, from 0; `start` and `end` are both inclusive. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** A stored object that is being read. */
export interface StoredObject {
  /** The bytes of the requested range, or the whole object. Consume it or cancel it. */
  readonly body: ReadableStream<Uint8Array>;
  /** Length of the whole object in bytes, for every range. */
  readonly byteLength: number;
}

/** An entry of `list`. */
export interface ListedObject {
  /** A storage key, or the name of a file that `put` did not store. */
  readonly key: string;
  readonly byteLength: number;
  /** Time of the last `put`, in epoch milliseconds of the storage's clock. */
  readonly storedAt: number;
}

/** Metadata of an object that `put` stores. */
export interface PutOptions {
  readonly contentType: string;
  /** SHA-256 of the body in hexadecimal, so that an adapter need not read the body to compute it. */
  readonly sha256: string;
  /** After an abort, the caller ignores the result and may delete the body. */
  readonly signal?: AbortSignal;
}

/** Options of `get`. */
export interface GetOptions {
  /** Must lie within the object. Absent: the whole object. */
  readonly range?: ByteRange;
  /** Abort the request to the storage with it: the caller no longer waits. An object that arrives later is canceled. */
  readonly signal?: AbortSignal;
}

/**
 * Stores the bytes of outputs and previews. The server generates the keys: `<random>/<name>`, each part of
 * `[A-Za-z0-9._-]`. An adapter rejects any other key.
 */
export interface Storage {
  /** Identifies the adapter in log lines, such as `"file"`. */
  readonly id: string;
  /**
   * Checks the storage. Every health check calls it, and a worker before each paid request: keep it cheap. With it, a
   * server also writes and deletes a small object once a minute and before paid requests. Absent: only after a failed
   * `put`.
   *
   * @throws if the storage is unavailable.
   */
  ping?(): Promise<void>;
  /**
   * Stores an object atomically: a reader never sees part of it, even if the body fails midway. Idempotent; a key
   * always has the same bytes.
   *
   * @param body may be a file larger than memory: pass on its `stream()`. It can be read repeatedly until `put` settles
   *   or `options.signal` aborts.
   * @throws the reason of `options.signal` after an abort. The object may be stored by then, but only whole.
   */
  put(key: string, body: Blob, options: PutOptions): Promise<void>;
  /**
   * Reads an object.
   *
   * @returns `null` if the object does not exist.
   * @throws if the storage is unreachable, and the reason of `options.signal` after an abort. Never return `null` for an
   *   object that may still exist.
   */
  get(key: string, options?: GetOptions): Promise<StoredObject | null>;
  /**
   * Deletes an object. Deleting a missing object is not an error.
   *
   * @throws if the storage is unreachable, so that the object may still exist.
   */
  delete(key: string): Promise<void>;
  /**
   * Deletes every object whose key begins with `<prefix>/`. An empty prefix is not an error. Objects that are put under
   * the prefix during the call may remain.
   *
   * @param prefix the first part of a key, without the slash. An adapter rejects any other.
   */
  deleteAll(prefix: string): Promise<void>;
  /**
   * Lists every stored object once, in any order. The listing may omit an object that is put or deleted during it.
   * Omits unfinished writes. Absent: the storage cannot be swept.
   *
   * @throws during iteration if part of the listing cannot be read. A listing never ends early without an error.
   */
  list?(): AsyncIterable<ListedObject>;
  /**
   * Returns a URL from which a browser can read the object directly. Absent: the server serves the bytes itself.
   *
   * @param options.expiresAt epoch milliseconds.
   * @param options.fileName if set, the browser downloads the object under this name instead of displaying it.
   * @returns `null` if the storage has no such URL: the server then serves the bytes of this request itself.
   */
  signedUrl?(key: string, options: { readonly expiresAt: number; readonly fileName?: string }): Promise<string | null>;
}
