/** An incremental hash. */
export interface IncrementalHash {
  update(bytes: Uint8Array<ArrayBuffer>): Promise<void> | void;
  /**
   * The SHA-256 of all bytes, in hexadecimal.
   *
   * @param body the same bytes, for runtimes without an incremental hash.
   */
  digest(body: Blob): Promise<string> | string;
}

/** Stores a body that is longer than one block. */
export interface SpoolSink {
  /** Appends a block. The caller reuses the array afterwards. */
  append(block: Uint8Array<ArrayBuffer>): Promise<void>;
  /** All blocks. Nothing is appended afterwards. */
  toBlob(): Promise<Blob>;
  /** Deletes the bytes, complete or not. Never throws; safe to call again. */
  remove(): Promise<void>;
}
