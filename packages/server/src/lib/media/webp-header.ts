import { type ByteView, type HeaderReader, nameAt } from "./image-header.js";

/** Max chunks. Each frame of an animation has two or three. */
const maxChunks = 4_000;

interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * Reads the size of a WebP. Of an extended one, also reads the sizes of all frames, which may differ from its canvas.
 *
 * @see https://developers.google.com/speed/webp/docs/riff_container (checked 2026-11)
 */
export const readWebpHeader: HeaderReader = (view) => {
  const end = Math.min(view.byteLength, 8 + view.getUint32(4, true));
  let [width, height, isAnimated, hasPixels] = [0, 0, false, false];
  let frameEnd = end;
  let at = 12;
  for (let chunks = 0; at + 8 <= end; chunks += 1) {
    if (chunks === maxChunks) return null;
    const [name, length, content] = [nameAt(view, at), view.getUint32(at + 4, true), at + 8];
    const size = sizeIn(view, { name, at: content });
    if (size === null) return null;
    if (size !== "other") [width, height] = [Math.max(width, size.width), Math.max(height, size.height)];
    if (name === "VP8 " || name === "VP8L") hasPixels = true;
    // Without an extension, the first chunk is the image, and decoders ignore the rest.
    if (chunks === 0 && name !== "VP8X") break;
    const next = content + length + (length % 2);
    if (at >= frameEnd) frameEnd = end;
    if (name === "ANMF") {
      if (frameEnd !== end || length < frameBytes) return null;
      isAnimated = true;
      frameEnd = next;
      at = content + frameBytes;
    } else {
      // Decoders differ in how they read a chunk that exceeds its frame.
      if (frameEnd !== end && next > frameEnd) return null;
      at = next;
    }
  }
  return hasPixels ? { width, height, isDecodedWhole: isAnimated } : null;
};

/** Length of a frame's header, which precedes its own chunks. */
const frameBytes = 16;

/** `null` for a damaged chunk. */
function sizeIn(view: ByteView, { at, name }: { readonly at: number; readonly name: string }): Size | "other" | null {
  if (name === "VP8X") return { width: 1 + threeBytes(view, at + 4), height: 1 + threeBytes(view, at + 7) };
  if (name === "ANMF") {
    const [left, top] = [2 * threeBytes(view, at), 2 * threeBytes(view, at + 3)];
    return { width: left + 1 + threeBytes(view, at + 6), height: top + 1 + threeBytes(view, at + 9) };
  }
  if (name === "VP8 ") return lossySize(view, at);
  if (name === "VP8L") return losslessSize(view, at);
  return "other";
}

/** @see https://datatracker.ietf.org/doc/html/rfc6386#section-9.1 (checked 2026-11) */
function lossySize(view: ByteView, at: number): Size | null {
  if (view.getUint16(at + 3) !== 0x9d01 || view.getUint8(at + 5) !== 0x2a) return null;
  return { width: view.getUint16(at + 6, true) & 0x3fff, height: view.getUint16(at + 8, true) & 0x3fff };
}

/** @see https://developers.google.com/speed/webp/docs/webp_lossless_bitstream_specification (checked 2026-11) */
function losslessSize(view: ByteView, at: number): Size | null {
  if (view.getUint8(at) !== 0x2f) return null;
  const bits = view.getUint32(at + 1, true);
  return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
}

function threeBytes(view: ByteView, at: number): number {
  return view.getUint16(at, true) + view.getUint8(at + 2) * 0x1_0000;
}
