import { inflateSync } from "node:zlib";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { drawImage } from "./draw-image.js";
import { createPreviewSource, drawPreview, previewSize } from "./draw-preview.js";
import { createRenderer } from "./render-task.js";

describe("createRenderer", () => {
  const image = { prompt: "sunset over the sea", seed: 1, size: 256 };
  const shares = [0, 0.2, 0.4, 0.6, 0.8, 1];

  it("renders an image of the requested size", async () => {
    const png = createRenderer()({ kind: "image", image });
    expect(await sharp(png).metadata()).toMatchObject({ format: "png", width: 256, height: 256 });
  });

  it.each(["sunset over the sea", "flower meadow in snow", "neon city", "fireflies"])(
    "keeps previews of %j small",
    async (prompt) => {
      const draw = createRenderer();
      for (const share of shares) {
        const png = draw({ kind: "preview", image: { ...image, prompt }, share });
        expect(await sharp(png).metadata()).toMatchObject({ width: previewSize, height: previewSize });
        expect(png.byteLength).toBeLessThanOrEqual(60 * 1024);
      }
    },
  );

  it("renders the same preview with and without cached data", () => {
    const renderer = createRenderer();
    for (let seed = 0; seed < 30; seed += 1) {
      renderer({ kind: "preview", image: { ...image, seed }, share: 0.1 });
    }
    const task = { kind: "preview", image, share: 0.5 } as const;
    expect(Buffer.compare(renderer(task), createRenderer()(task))).toBe(0);
    expect(Buffer.compare(renderer(task), renderer(task))).toBe(0);
  });

  it("brings each preview closer to the finished image", () => {
    const small = drawImage({ ...image, size: previewSize });
    const source = createPreviewSource(small, 7);
    const away = shares.map((share) => {
      const { bytes } = drawPreview(source, share);
      return bytes.reduce((sum, value, at) => sum + Math.abs(value - (small.bytes[at] ?? 0)), 0) / bytes.length;
    });
    expect(away).toEqual([...away].sort((one, other) => other - one));
    expect(away[0]).toBeGreaterThan(40);
    expect(away.at(-1)).toBe(0);
  });

  it("starts with grains in red light, without the image", () => {
    const draw = createRenderer();
    const png = draw({ kind: "preview", image, share: 0 });
    const data = inflateSync(png.subarray(41, png.length - 16));
    expect(data.length).toBe(previewSize * (previewSize * 3 + 1));
    const { bytes } = drawPreview(createPreviewSource(drawImage({ ...image, size: previewSize }), 7), 0);
    let isRed = true;
    for (let at = 0; at < bytes.length; at += 3) isRed &&= (bytes[at] ?? 0) >= (bytes[at + 1] ?? 0) * 2;
    expect(isRed).toBe(true);
  });
});
