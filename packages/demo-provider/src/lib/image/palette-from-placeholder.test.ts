import { rgbaToThumbHash } from "thumbhash";
import { describe, expect, it } from "vitest";
import { toLab } from "./color.js";
import { drawImage } from "./draw-image.js";
import { paletteFromPlaceholder } from "./palette-from-placeholder.js";

type Rgb = readonly [number, number, number];

/** The placeholder of an image with one color in its upper half and another in its lower half. */
function placeholderOf(upper: Rgb, lower: Rgb): string {
  const side = 32;
  const rgba = Array.from({ length: side }, (_, y) => Array<Rgb>(side).fill(y < side / 2 ? upper : lower))
    .flat()
    .flatMap((color) => [...color, 255]);
  return Buffer.from(rgbaToThumbHash(side, side, rgba)).toString("base64");
}

describe("paletteFromPlaceholder", () => {
  it("takes the sky from the upper half and the grass from the lower half", () => {
    const { sky, grass, isDark } = paletteFromPlaceholder(placeholderOf([250, 150, 60], [30, 90, 200]));
    expect(sky[0].r).toBeGreaterThan(sky[0].b * 2);
    expect(grass.b).toBeGreaterThan(grass.r * 2);
    expect(isDark).toBe(false);
  });

  it.each<readonly [string, Rgb, boolean]>([
    ["gray", [128, 128, 128], false],
    ["black", [0, 0, 0], true],
    ["white", [255, 255, 255], false],
  ])("has light and shadow for an image that is all %s", (_name, color, isDark) => {
    const palette = paletteFromPlaceholder(placeholderOf(color, color));
    expect(toLab(palette.light).l - toLab(palette.near).l).toBeGreaterThan(0.6);
    expect(palette).toMatchObject({ isDark, accents: { length: 4 } });
  });

  it.each(["a lighthouse in the fog", "a cat in a meadow", "abstract silk", "neon city"])(
    "gives the colors of the image to %j",
    (prompt) => {
      const redness = (inputPlaceholder: string): number => {
        const { bytes } = drawImage({ prompt, seed: 1, size: 96, inputPlaceholder });
        const sum = [0, 0, 0];
        for (const [at, byte] of bytes.entries()) sum[at % 3] = (sum[at % 3] ?? 0) + byte;
        return (sum[0] ?? 0) / (sum[2] ?? 1);
      };
      expect(redness(placeholderOf([250, 90, 40], [200, 40, 30]))).toBeGreaterThan(1.4);
      expect(redness(placeholderOf([40, 90, 250], [30, 40, 200]))).toBeLessThan(0.75);
    },
  );
});
