import { describe, expect, it } from "vitest";
import { decodeThumbhash } from "./thumbhash";

describe("decodeThumbhash", () => {
  // Pixels of `thumbHashToRGBA` of the package `thumbhash` 0.1.1, at the first, the middle and the last position.
  it.each([
    [
      "IAhCBwAI9wiIh4hwj3CI+AiIAAAAAAAA",
      {
        width: 32,
        height: 32,
        pixels: [
          [0, 0, 0],
          [255, 255, 255],
          [0, 0, 0],
        ],
      },
    ],
    [
      "1QcSHQRnh493V4dIh4eXh1h4kJUI",
      {
        width: 23,
        height: 32,
        pixels: [
          [64, 77, 113],
          [140, 109, 88],
          [0, 4, 39],
        ],
      },
    ],
  ])("decodes %s as the reference does", (base64, expected) => {
    const { width, height, rgba } = decodeThumbhash(base64);
    const middle = Math.floor(height / 2) * width + Math.floor(width / 2);
    const pixels = [0, middle, width * height - 1].map((pixel) => [...rgba.slice(pixel * 4, pixel * 4 + 3)]);
    expect({ width, height }).toEqual({ width: expected.width, height: expected.height });
    // The reference rounds down, and `Uint8ClampedArray` to the nearest value.
    for (const [index, value] of pixels.flat().entries())
      expect(Math.abs(value - (expected.pixels.flat()[index] ?? Number.NaN))).toBeLessThanOrEqual(1);
  });
});
