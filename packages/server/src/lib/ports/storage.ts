/** A part of an object, in bytes from its start; both ends count. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** Stored bytes on their way out. */
export interface StoredObject {
  /** The bytes of the range asked for, or all of them. Read it or cancel it. */
  readonly body: ReadableStream<Uint8Array>;
  /** Length of the whole object, whatever the range. */
  readonly byteLength: number;
}

/** An object of a listing. */
export interface ListedObject {
  /** A storage key, or the name of a file that no `put` stored. */
  readonly key: string;
  readonly byteLength: number;
  /** When the object was last stored, in epoch milliseconds of the storage's clock. */
  readonly storedAt: number;
}

/** What is known of an object that is put. */
export interface PutOptions {
  readonly contentType: string;
  /** Of the body, in hexadecimal: nobody needs to read it for that. */
  readonly sha256: string;
  /** Once aborted, nobody waits for the put any more, and its body may be gone. */
  readonly signal?: AbortSignal;
}

/**
 * Where the bytes of outputs and previews live. Keys are `<random>/<name>` of `[A-Za-z0-9._-]` in both parts, made by
 * the server; an adapter refuses any other.
 */
export interface Storage {
  /** Names the adapter in log lines, such as `"file"`. */
  readonly id: string;
  /**
   * Called by each health check, so it must be cheap. Absent: the health check covers the database alone.
   *
   * @throws when the storage cannot be used now.
   */
  ping?(): Promise<void>;
  /**
   * Stores an object whole or not at all: a reader never sees half of it, also where the body breaks in the middle.
   * Idempotent; the same key always carries the same bytes.
   *
   * @param body may be a file, larger than the memory: pass its `stream()` on. It can be read as often as needed, until
   *   `put` is settled or `options.signal` is aborted.
   * @throws the reason of `options.signal`, once that is aborted. What came last may be stored by then, whole.
   */
  put(key: string, body: Blob, options: PutOptions): Promise<void>;
  /**
   * Reads an object.
   *
   * @param range must lie within the object; absent for all of it.
   * @returns `null` when there is no such object.
   * @throws when the storage cannot be reached: an object that may still exist is not `null`.
   */
  get(key: string, range?: ByteRange): Promise<StoredObject | null>;
  /**
   * Removes an object; removing what is not there is no error.
   *
   * @throws when the storage cannot be reached, so that the object may still exist.
   */
  delete(key: string): Promise<void>;
  /**
   * Removes every object whose key begins with `<prefix>/`; that there are none is no error. What is put under the prefix
   * meanwhile may stay.
   *
   * @param prefix the first part of a key, without the slash; an adapter refuses any other.
   */
  deleteAll(prefix: string): Promise<void>;
  /**
   * Lists every stored object once, in any order. An object that is put or deleted during the listing may be missing.
   * Unfinished writes are left out. Absent: the storage cannot be swept.
   *
   * @throws during the iteration, when a part of the listing cannot be read: a listing never ends early without an error.
   */
  list?(): AsyncIterable<ListedObject>;
  /**
   * A URL from which a browser may read the object directly. Absent: the server serves the bytes itself.
   *
   * @param options.expiresAt epoch milliseconds.
   * @param options.fileName where given, the browser is told to save under this name instead of showing it.
   */
  signedUrl?(key: string, options: { readonly expiresAt: number; readonly fileName?: string }): Promise<string>;
}
