/** The data of an image that a decoder needs before it starts. */
export interface ImageHeader {
  /** In pixels: the max size that a decoder may allocate. */
  readonly width: number;
  readonly height: number;
  /** Whether a decoder has to hold the whole image in memory, even for a small result. */
  readonly isDecodedWhole: boolean;
}

/** Bounds-checked access to the bytes of an image: a subset of `DataView`. */
export interface ByteView {
  readonly byteLength: number;
  getUint8(at: number): number;
  getUint16(at: number, littleEndian?: boolean): number;
  getUint32(at: number, littleEndian?: boolean): number;
}

/**
 * Reads the header of one format, after its signature was detected. The view checks every read.
 *
 * @returns `null` for an invalid header.
 * @throws {RangeError} when the bytes end too early.
 */
export type HeaderReader = (view: ByteView) => ImageHeader | null;

/** Four bytes as text: the name of a chunk or box. */
export function nameAt(view: ByteView, at: number): string {
  const code = view.getUint32(at);
  return String.fromCharCode(code >>> 24, (code >>> 16) & 255, (code >>> 8) & 255, code & 255);
}
