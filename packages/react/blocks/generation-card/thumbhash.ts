/** Pixels of a placeholder, in the format of `ImageData`. */
export interface DecodedThumbhash {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue and an opaque alpha of each pixel. */
  readonly rgba: Uint8ClampedArray<ArrayBuffer>;
}

/** Factors of the cosines of one channel, by row. */
type Factors = readonly (readonly number[])[];

/**
 * Decodes a thumbhash to at most 32 × 32 pixels, without transparency.
 *
 * @see https://evanw.github.io/thumbhash/ (MIT), the format, read on 2026-11-29
 */
export function decodeThumbhash(base64: string): DecodedThumbhash {
  const hash = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const at = (index: number): number => hash[index] ?? 0;
  const header = at(0) | (at(1) << 8) | (at(2) << 16);
  const sizes = at(3) | (at(4) << 8);
  const hasAlpha = header >> 23 === 1;
  const isLandscape = sizes >> 15 === 1;
  const [long, short] = [hasAlpha ? 5 : 7, sizes & 7];
  const [columns, rows] = isLandscape ? [long, short] : [short, long];
  let nibble = hasAlpha ? 12 : 10;
  const readFactors = (shape: { readonly columns: number; readonly rows: number; readonly scale: number }): Factors =>
    Array.from({ length: shape.rows }, (_, row) => {
      const factors: number[] = [];
      for (let column = 0; column * shape.rows < shape.columns * (shape.rows - row); column += 1) {
        // The constant of the channel is in the header.
        if (row === 0 && column === 0) factors.push(0);
        else {
          factors.push((((at(nibble >> 1) >> ((nibble & 1) << 2)) & 15) / 7.5 - 1) * shape.scale);
          nibble += 1;
        }
      }
      return factors;
    });
  // The format requires 1.25 times the saturation, which compensates for the rounding of the colors.
  const light = readFactors({
    columns: Math.max(3, columns),
    rows: Math.max(3, rows),
    scale: ((header >> 18) & 31) / 31,
  });
  const yellow = readFactors({ columns: 3, rows: 3, scale: (((sizes >> 3) & 63) / 63) * 1.25 });
  const red = readFactors({ columns: 3, rows: 3, scale: (((sizes >> 9) & 63) / 63) * 1.25 });
  const ratio = columns / rows;
  const width = Math.round(ratio > 1 ? 32 : 32 * ratio);
  const height = Math.round(ratio > 1 ? 32 / ratio : 32);
  const rgba = new Uint8ClampedArray(width * height * 4);
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    const angles = {
      x: (Math.PI / width) * ((pixel % width) + 0.5),
      y: (Math.PI / height) * (Math.floor(pixel / width) + 0.5),
    };
    const l = (header & 63) / 63 + sumOf(light, angles);
    const p = ((header >> 6) & 63) / 31.5 - 1 + sumOf(yellow, angles);
    const q = ((header >> 12) & 63) / 31.5 - 1 + sumOf(red, angles);
    const blue = l - (2 / 3) * p;
    const redValue = (3 * l - blue + q) / 2;
    rgba.set([redValue * 255, (redValue - q) * 255, blue * 255, 255], pixel * 4);
  }
  return { width, height, rgba };
}

function sumOf(factors: Factors, { x, y }: { readonly x: number; readonly y: number }): number {
  let sum = 0;
  for (const [row, ofRow] of factors.entries()) {
    for (const [column, factor] of ofRow.entries()) sum += factor * Math.cos(x * column) * Math.cos(y * row) * 2;
  }
  return sum;
}
