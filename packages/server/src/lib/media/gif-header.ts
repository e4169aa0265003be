import type { ByteView, HeaderReader } from "./image-header.js";

/** Max frames and extensions; each frame of an animation has an extension. */
const maxBlocks = 4_000;
/** Max sub-blocks, of up to 255 bytes each: 60 MB, if they are full. */
const maxSubBlocks = 250_000;

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
  let subBlocksLeft = maxSubBlocks;
  for (let blocks = 0; at < view.byteLength; blocks += 1) {
    const kind = view.getUint8(at);
    if (kind === trailer) break;
    if (blocks === maxBlocks) return null;
    if (kind === extensionBlock) {
      [at, subBlocksLeft] = skipSubBlocks(view, { start: at + 2, subBlocksLeft });
    } else if (kind === imageBlock) {
      hasPixels = true;
      width = Math.max(width, view.getUint16(at + 1, true) + view.getUint16(at + 5, true));
      height = Math.max(height, view.getUint16(at + 3, true) + view.getUint16(at + 7, true));
      // The color table, and one byte with the code size of the pixels.
      const start = at + 10 + tableBytes(view.getUint8(at + 9)) + 1;
      [at, subBlocksLeft] = skipSubBlocks(view, { start, subBlocksLeft });
    } else {
      return null;
    }
    if (subBlocksLeft < 0) return null;
  }
  return hasPixels ? { width, height, isDecodedWhole: true } : null;
};

function tableBytes(flags: number): number {
  return (flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1);
}

interface SubBlocks {
  readonly start: number;
  /** Negative after too many sub-blocks. */
  readonly subBlocksLeft: number;
}

/**
 * Skips a chain of sub-blocks. Each starts with its length; an empty one is the last.
 *
 * @returns the end of the chain, and the remaining number of sub-blocks.
 */
function skipSubBlocks(view: ByteView, { start, subBlocksLeft }: SubBlocks): [end: number, subBlocksLeft: number] {
  let [at, left] = [start, subBlocksLeft];
  for (; at < view.byteLength && left >= 0; left -= 1) {
    const length = view.getUint8(at);
    at += 1 + length;
    if (length === 0) break;
  }
  return [at, left];
}
