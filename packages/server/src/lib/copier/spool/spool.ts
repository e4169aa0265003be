import type { CopiedBytes } from "../../ports/media-copier.js";

/** Where bytes gather until their last one has come: nobody knows their length and their hash before. */
export interface Spool {
  /**
   * Takes a body to its end.
   *
   * @throws {NoRoomError} for what will not fit another time either
   * @throws what the body throws, or what is in the way of keeping it, such as a full disk. Nothing is left of it then.
   */
  take(pieces: AsyncIterable<Uint8Array>): Promise<CopiedBytes>;
}

/** A body is longer than any that can be kept here. */
export class NoRoomError extends Error {
  override readonly name = "NoRoomError";
  readonly mostBytes: number;

  constructor(mostBytes: number) {
    super(`There is no place for temporary files, and in memory for ${mostBytes} bytes.`);
    this.mostBytes = mostBytes;
  }
}

/** A hash that is made while the bytes come. */
export interface GrowingHash {
  update(bytes: Uint8Array<ArrayBuffer>): Promise<void> | void;
  /**
   * The SHA-256 of all that came, in hexadecimal.
   *
   * @param body the same bytes, for whoever cannot do it piece by piece.
   */
  digest(body: Blob): Promise<string> | string;
}

/** Where a body goes that is too long for one block. */
export interface SpoolPlace {
  /** Keeps a block, of which the array is used again afterwards. */
  append(block: Uint8Array<ArrayBuffer>): Promise<void>;
  /** All of it. Nothing is appended afterwards. */
  toBlob(): Promise<Blob>;
  /** Lets go of it, finished or not. Never throws, and may be called again. */
  remove(): Promise<void>;
}
