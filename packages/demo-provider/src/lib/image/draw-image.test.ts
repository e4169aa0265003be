import { describe, expect, it } from "vitest";
import { drawImage } from "./draw-image.js";
import type { Bitmap } from "./finish.js";

describe("drawImage", () => {
  const prompts = [
    "mountains with pines",
    "cherry trees by a lake",
    "neon city at night",
    "enchanted forest",
    "a snowy forest",
    "poppy field",
    "a field in winter",
    "desert dunes",
    "palm beach",
    "a cat by the sea",
    "cat on the moon",
    "saturn in space",
    "whale underwater",
    "abstract silk",
    "bauhaus circles",
    "rain over tokyo",
    "aurora over a cabin",
    "lighthouse at night",
  ];

  it.each(prompts)("draws %j with light, shadow and detail", (prompt) => {
    const { bytes, size } = drawImage({ prompt, seed: 0, size: 96 });
    expect(bytes.byteLength).toBe(size * size * 3);
    expect(deviation(bytes)).toBeGreaterThan(12);
    expect(new Set(tilesOf({ bytes, size }, 24).map((tile) => tile.join())).size).toBeGreaterThan(14);
  });

  it("draws different images for different prompts and seeds", () => {
    const all = [...prompts.map((prompt) => ({ prompt, seed: 0 })), { prompt: "abstract silk", seed: 1 }];
    const drawn = all.map((image) => Buffer.from(drawImage({ ...image, size: 64 }).bytes).toString("hex"));
    expect(new Set(drawn).size).toBe(all.length);
  });

  it("draws the same bytes again", () => {
    const draw = (): Uint8Array => drawImage({ prompt: "red fox in snow", seed: 3, size: 128 }).bytes;
    expect(Buffer.compare(draw(), draw())).toBe(0);
  });

  it.each(prompts)("draws the same image of %j in every size", (prompt) => {
    const small = tilesOf(drawImage({ prompt, seed: 0, size: 96 }), 16);
    const large = tilesOf(drawImage({ prompt, seed: 0, size: 256 }), 16);
    const away = small.flatMap((tile, index) =>
      tile.map((value, channel) => Math.abs(value - (large[index]?.[channel] ?? 0))),
    );
    expect(away.reduce((sum, value) => sum + value, 0) / away.length).toBeLessThan(9);
  });

  it.each([
    ["red fox", "blue fox"],
    ["a meadow of red flowers", "a meadow of white flowers"],
    ["abstract red", "abstract green"],
  ])("paints %j in another color than %j", (one, other) => {
    const redness = (prompt: string): number => {
      const { bytes } = drawImage({ prompt, seed: 0, size: 128 });
      let count = 0;
      for (let at = 0; at < bytes.length; at += 3) {
        const [red = 0, green = 0, blue = 0] = bytes.subarray(at, at + 3);
        if (red > 90 && red > green * 1.8 && red > blue * 1.8) count += 1;
      }
      return count;
    };
    expect(redness(one)).toBeGreaterThan(redness(other) + 100);
  });
});

function deviation(bytes: Uint8Array): number {
  const mean = bytes.reduce((sum, value) => sum + value, 0) / bytes.length;
  return Math.sqrt(bytes.reduce((sum, value) => sum + (value - mean) ** 2, 0) / bytes.length);
}

/** Mean color of each square of a grid. */
function tilesOf({ bytes, size }: Bitmap, across: number): readonly (readonly number[])[] {
  const tiles = Array.from({ length: across * across }, () => [0, 0, 0]);
  const pixels = (size / across) ** 2;
  for (let pixel = 0; pixel < size * size; pixel += 1) {
    const x = Math.floor(((pixel % size) * across) / size);
    const y = Math.floor((Math.floor(pixel / size) * across) / size);
    const tile = tiles[y * across + x];
    if (tile === undefined) continue;
    for (let channel = 0; channel < 3; channel += 1) {
      tile[channel] = (tile[channel] ?? 0) + (bytes[pixel * 3 + channel] ?? 0) / pixels;
    }
  }
  return tiles;
}
