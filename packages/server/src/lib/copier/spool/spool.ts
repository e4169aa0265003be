import type { CopiedBytes } from "../../ports/media-copier.js";

/** Buffers a body until its end: its length and hash are not known before. */
export interface Spool {
  /**
   * Reads a body to its end.
   *
   * @throws {BufferLimitError} for a body that does not fit, now or later
   * @throws the error of the body, or of storing it, such as a full disk. No bytes are left behind.
   */
  buffer(chunks: AsyncIterable<Uint8Array>): Promise<CopiedBytes>;
}

/** A body exceeds the max size that this machine can buffer. */
export class BufferLimitError extends Error {
  override readonly name = "BufferLimitError";
  readonly maxBytes: number;

  constructor(maxBytes: number) {
    super(`No temporary file can be created, and memory buffers at most ${maxBytes} bytes.`);
    this.maxBytes = maxBytes;
  }
}

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
