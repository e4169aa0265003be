import { type ByteView, nameAt } from "./image-header.js";

const orientationTag = 0x0112;
const shortType = 3;
const unrotated = 1;
const entryBytes = 12;

/**
 * Reads the orientation of an image from its Exif segment.
 *
 * @param segment start and end of its content; no byte outside is read.
 * @returns 1 to 8. 1 if the Exif is damaged or has no orientation: viewers show such an image unrotated. `null` if the
 * segment is not Exif.
 * @see https://www.cipa.jp/std/documents/e/DC-008-2012_E.pdf 4.5 (checked 2026-11)
 */
export function readExifOrientation(
  view: ByteView,
  { start, end }: { readonly start: number; readonly end: number },
): number | null {
  if (end > view.byteLength || start + 6 > end) return null;
  if (nameAt(view, start) !== "Exif" || view.getUint16(start + 4) !== 0) return null;
  return orientationIn(view, { base: start + 6, end });
}

function orientationIn(view: ByteView, { base, end }: { readonly base: number; readonly end: number }): number {
  if (base + 8 > end) return unrotated;
  const isLittle = view.getUint16(base) === 0x4949;
  if (!isLittle && view.getUint16(base) !== 0x4d4d) return unrotated;
  const directory = base + view.getUint32(base + 4, isLittle);
  if (directory + 2 > end) return unrotated;
  const first = directory + 2;
  const entries = Math.min(view.getUint16(directory, isLittle), Math.floor((end - first) / entryBytes));
  for (let at = first; at < first + entries * entryBytes; at += entryBytes) {
    if (view.getUint16(at, isLittle) === orientationTag) return valueAt(view, { at, isLittle });
  }
  return unrotated;
}

function valueAt(view: ByteView, { at, isLittle }: { readonly at: number; readonly isLittle: boolean }): number {
  if (view.getUint16(at + 2, isLittle) !== shortType) return unrotated;
  const value = view.getUint16(at + 8, isLittle);
  return value >= 1 && value <= 8 ? value : unrotated;
}
