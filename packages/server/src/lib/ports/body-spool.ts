import type { CopiedBytes } from "./media-copier.js";

/** Buffers a body until its end: its length and hash are not known before. */
export interface Spool {
  /** Loads the modules that `buffer` needs. Called when a worker starts; `buffer` does not depend on it. */
  load?(): Promise<void>;
  /**
   * Reads a body to its end: up to one megabyte into memory, more into a temporary file where the runtime has files.
   *
   * @throws {BufferLimitError} for a body that does not fit, now or later
   * @throws the error of the body, or of storing it, such as a full disk. No bytes are left behind.
   */
  buffer(chunks: AsyncIterable<Uint8Array>): Promise<CopiedBytes>;
}

/** The folder of temporary files, or its quota, is full. */
export class FullFolderError extends Error {
  override readonly name = "FullFolderError";
  /** Bytes that did not fit: the received ones of the body, and those of one trial, because its end was not received. */
  readonly byteLength: number;

  constructor(byteLength: number, cause: Error) {
    super("The folder for temporary files is full: free space in TMPDIR.", { cause });
    this.byteLength = byteLength;
  }
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
