import type { BlobReader } from "../../bytes/blob-reader.js";

/** A box of an ISO media file: MP4, MOV or AVIF. Offsets are in bytes, from the start of the file. */
export interface IsoBox {
  readonly name: string;
  /** Offset of its header. */
  readonly at: number;
  /** Start of its content. */
  readonly start: number;
  /** End of its content, as stated: in a damaged file, it may be before `start`, or after the end of the parent. */
  readonly end: number;
  /** Whether its length is not stated: it ends with its parent. */
  readonly isOpen: boolean;
}

/**
 * Reads the header of a box. The caller checks its end.
 *
 * @param parent.at offset of the header.
 * @param parent.end end of the parent's content.
 * @throws {RangeError} when the file ends too early.
 * @see ISO/IEC 14496-12, 4.2 (checked 2026-11)
 */
export async function readIsoBox(
  file: BlobReader,
  { at, end }: { readonly at: number; readonly end: number },
): Promise<IsoBox> {
  const [length, name] = [(await file.view(at, 4)).getUint32(0), await file.text(at + 4, 4)];
  // 1 means a length of eight bytes after the name. 0 means the rest of the parent.
  if (length === 0) return { name, at, start: at + 8, end, isOpen: true };
  if (length > 1) return { name, at, start: at + 8, end: at + length, isOpen: false };
  const long = Number((await file.view(at + 8, 8)).getBigUint64(0));
  return { name, at, start: at + 16, end: at + long, isOpen: false };
}
