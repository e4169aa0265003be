import { type HeaderReader, nameAt } from "./image-header.js";

const maxSide = 0x7fff_ffff;

/**
 * Reads the header of a PNG, its first chunk.
 *
 * @see https://www.w3.org/TR/png-3/#11IHDR (checked 2026-11)
 */
export const readPngHeader: HeaderReader = (view) => {
  if (view.getUint32(8) !== 13 || nameAt(view, 12) !== "IHDR") return null;
  const [width, height, interlace] = [view.getUint32(16), view.getUint32(20), view.getUint8(28)];
  if (width > maxSide || height > maxSide || interlace > 1) return null;
  return { width, height, isDecodedWhole: interlace === 1 };
};
