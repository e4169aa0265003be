import type { Bitmap } from "../image/finish.js";
import { placeholderPixels } from "../image/placeholder-pixels.js";

/** Enlarges the placeholder of an input image to a square bitmap, with its shapes and colors and without its details. */
export function inputFrame(placeholder: string, size: number): Bitmap {
  const { height, rgba, width } = placeholderPixels(placeholder);
  const bytes = new Uint8Array(size * size * 3);
  for (let y = 0; y < size; y += 1) {
    const row = mix(y, { size, count: height });
    for (let x = 0; x < size; x += 1) {
      const column = mix(x, { size, count: width });
      for (let channel = 0; channel < 3; channel += 1) {
        const at = (line: number, cell: number): number => rgba[(line * width + cell) * 4 + channel] ?? 0;
        const upper = between(at(row.from, column.from), at(row.from, column.to), column.share);
        const lower = between(at(row.to, column.from), at(row.to, column.to), column.share);
        bytes[(y * size + x) * 3 + channel] = between(upper, lower, row.share);
      }
    }
  }
  return { size, bytes };
}

/** A dissolve of two bitmaps of one size. */
export function dissolve(from: Bitmap, { to, share }: { readonly to: Bitmap; readonly share: number }): Bitmap {
  const bytes = Uint8Array.from(from.bytes, (value, at) => between(value, to.bytes[at] ?? 0, share));
  return { size: from.size, bytes };
}

/** The two cells between which a position lies, and its share of the second one. */
function mix(position: number, { count, size }: { readonly count: number; readonly size: number }) {
  const exact = Math.min(Math.max(((position + 0.5) * count) / size - 0.5, 0), count - 1);
  const from = Math.floor(exact);
  return { from, to: Math.min(from + 1, count - 1), share: exact - from };
}

// biome-ignore lint/complexity/useMaxParams: a formula
function between(from: number, to: number, share: number): number {
  return from + (to - from) * share;
}
