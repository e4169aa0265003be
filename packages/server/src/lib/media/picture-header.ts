/** What the first bytes of a picture say of the rest. */
export interface PictureHeader {
  /** In pixels: the largest that a decoder may be led to unpack. */
  readonly width: number;
  readonly height: number;
  /** Whether a decoder has to hold the whole picture at once, however small it is to become. */
  readonly isHeldWhole: boolean;
}

/** The bytes of a picture, of which each read is checked: what `DataView` has of it. */
export interface ByteView {
  readonly byteLength: number;
  getUint8(at: number): number;
  getUint16(at: number, littleEndian?: boolean): number;
  getUint32(at: number, littleEndian?: boolean): number;
}

/**
 * Reads the header of one format, whose signature was found already. Every read is checked by the view.
 *
 * @returns `null` for what is odd.
 * @throws {RangeError} where the bytes end too early.
 */
export type HeaderReader = (view: ByteView) => PictureHeader | null;

/** Four bytes as text: how chunks and boxes are called. */
export function nameAt(view: ByteView, at: number): string {
  const code = view.getUint32(at);
  return String.fromCharCode(code >>> 24, (code >>> 16) & 255, (code >>> 8) & 255, code & 255);
}
