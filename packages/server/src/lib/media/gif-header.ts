import type { ByteView, HeaderReader } from "./picture-header.js";

/** Max frames and extensions; each frame of an animation has an extension. */
const mostBlocks = 4_000;
/** Max sub-blocks, of up to 255 bytes each: 60 MB, if they are full. */
const mostPieces = 250_000;

const [imageBlock, extensionBlock, trailer] = [0x2c, 0x21, 0x3b];

/**
 * Reads the screen of a GIF and all its frames: a frame may be larger than the screen, and decoders allocate the frame.
 * A file that is cut between two blocks counts up to there.
 *
 * @see https://www.w3.org/Graphics/GIF/spec-gif89a.txt (checked 2026-11)
 */
export const readGifHeader: HeaderReader = (view) => {
  let [width, height] = [view.getUint16(6, true), view.getUint16(8, true)];
  let at = 13 + tableBytes(view.getUint8(10));
  let hasPixels = false;
  const pieces = { left: mostPieces };
  for (let blocks = 0; at < view.byteLength; blocks += 1) {
    const kind = view.getUint8(at);
    if (kind === trailer) break;
    if (blocks === mostBlocks) return null;
    if (kind === extensionBlock) {
      at = endOfPieces(view, at + 2, pieces);
    } else if (kind === imageBlock) {
      hasPixels = true;
      width = Math.max(width, view.getUint16(at + 1, true) + view.getUint16(at + 5, true));
      height = Math.max(height, view.getUint16(at + 3, true) + view.getUint16(at + 7, true));
      // The color table, and one byte with the code size of the pixels.
      at = endOfPieces(view, at + 10 + tableBytes(view.getUint8(at + 9)) + 1, pieces);
    } else {
      return null;
    }
    if (pieces.left < 0) return null;
  }
  return hasPixels ? { width, height, isHeldWhole: true } : null;
};

function tableBytes(flags: number): number {
  return (flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1);
}

/** Each sub-block starts with its length; an empty one is the last. */
function endOfPieces(view: ByteView, start: number, pieces: { left: number }): number {
  let at = start;
  for (; at < view.byteLength && pieces.left >= 0; pieces.left -= 1) {
    const length = view.getUint8(at);
    at += 1 + length;
    if (length === 0) break;
  }
  return at;
}
