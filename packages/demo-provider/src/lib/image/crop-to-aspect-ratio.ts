import type { Bitmap } from "./finish.js";

/** Width to height of an image. */
export type AspectRatio = "1:1" | "3:2" | "2:3" | "16:9" | "9:16";

const shares: Readonly<Record<AspectRatio, { readonly width: number; readonly height: number }>> = {
  "1:1": { width: 1, height: 1 },
  "3:2": { width: 1, height: 2 / 3 },
  "2:3": { width: 2 / 3, height: 1 },
  "16:9": { width: 1, height: 9 / 16 },
  "9:16": { width: 9 / 16, height: 1 },
};

/** A rectangular image with 8 bits per channel: red, green, blue of each pixel, row by row. */
export interface Crop {
  readonly width: number;
  readonly height: number;
  readonly bytes: Uint8Array;
}

/** Height of the subject in a square image, from 0 (top) to 1. The crop is centered on it. */
const subjectHeight = 0.58;

/** Tests whether a text is an aspect ratio. */
export function isAspectRatio(text: string): text is AspectRatio {
  return Object.hasOwn(shares, text);
}

/** Crops a square image to an aspect ratio. The longer side keeps its length. */
export function cropToAspectRatio({ size, bytes }: Bitmap, aspectRatio: AspectRatio = "1:1"): Crop {
  const share = shares[aspectRatio];
  const width = Math.round(size * share.width);
  const height = Math.round(size * share.height);
  if (width === size && height === size) return { width, height, bytes };
  const left = Math.floor((size - width) / 2);
  const top = Math.min(Math.max(Math.round(size * subjectHeight - height / 2), 0), size - height);
  const cut = new Uint8Array(width * height * 3);
  for (let row = 0; row < height; row += 1) {
    const start = ((top + row) * size + left) * 3;
    cut.set(bytes.subarray(start, start + width * 3), row * width * 3);
  }
  return { width, height, bytes: cut };
}
