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

/**
 * Where the bytes of outputs and previews live. Keys are `<random>/<name>` of `[A-Za-z0-9._-]` in both parts, made by
 * the server; an adapter refuses any other.
 */
export interface Storage {
  /** Names the adapter in log lines, such as `"file"`. */
  readonly id: string;
  /**
   * Stores an object whole or not at all: a reader never sees half of it. Idempotent; the same key always carries the
   * same bytes.
   */
  put(key: string, body: Uint8Array, options: { readonly contentType: string }): Promise<void>;
  /**
   * Reads an object.
   *
   * @param range must lie within the object; absent for all of it.
   * @returns `null` when there is no such object.
   */
  get(key: string, range?: ByteRange): Promise<StoredObject | null>;
  /** Removes an object; removing what is not there is no error. */
  delete(key: string): Promise<void>;
  /**
   * Removes every object whose key begins with `<prefix>/`; that there are none is no error. What is put under the prefix
   * meanwhile may stay.
   *
   * @param prefix the first part of a key, without the slash; an adapter refuses any other.
   */
  deleteAll(prefix: string): Promise<void>;
  /**
   * A URL from which a browser may read the object directly. Absent: the server serves the bytes itself.
   *
   * @param options.expiresAt epoch milliseconds.
   * @param options.fileName where given, the browser is told to save under this name instead of showing it.
   */
  signedUrl?(key: string, options: { readonly expiresAt: number; readonly fileName?: string }): Promise<string>;
}
