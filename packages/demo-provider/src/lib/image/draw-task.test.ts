import { inflateSync } from "node:zlib";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { createNegative, developPreview, previewSize } from "./develop-preview.js";
import { drawPicture } from "./draw-picture.js";
import { createDraw } from "./draw-task.js";

describe("createDraw", () => {
  const picture = { prompt: "sunset over the sea", seed: 1, size: 256 };
  const shares = [0, 0.2, 0.4, 0.6, 0.8, 1];

  it("draws a picture of the size that was asked for", async () => {
    const png = createDraw()({ kind: "picture", picture });
    expect(await sharp(png).metadata()).toMatchObject({ format: "png", width: 256, height: 256 });
  });

  it.each(["sunset over the sea", "flower meadow in snow", "neon city", "fireflies"])(
    "keeps previews of %j small",
    async (prompt) => {
      const draw = createDraw();
      for (const share of shares) {
        const png = draw({ kind: "preview", picture: { ...picture, prompt }, share });
        expect(await sharp(png).metadata()).toMatchObject({ width: previewSize, height: previewSize });
        expect(png.byteLength).toBeLessThanOrEqual(60 * 1024);
      }
    },
  );

  it("draws the same preview whether or not it remembers an earlier one", () => {
    const seasoned = createDraw();
    for (let seed = 0; seed < 30; seed += 1) {
      seasoned({ kind: "preview", picture: { ...picture, seed }, share: 0.1 });
    }
    const task = { kind: "preview", picture, share: 0.5 } as const;
    expect(Buffer.compare(seasoned(task), createDraw()(task))).toBe(0);
    expect(Buffer.compare(seasoned(task), seasoned(task))).toBe(0);
  });

  it("comes closer to the finished picture with each step", () => {
    const small = drawPicture({ ...picture, size: previewSize });
    const negative = createNegative(small, 7);
    const away = shares.map((share) => {
      const { bytes } = developPreview(negative, share);
      return bytes.reduce((sum, value, at) => sum + Math.abs(value - (small.bytes[at] ?? 0)), 0) / bytes.length;
    });
    expect(away).toEqual([...away].sort((one, other) => other - one));
    expect(away[0]).toBeGreaterThan(40);
    expect(away.at(-1)).toBe(0);
  });

  it("shows nothing of the picture at first: only grains in red light", () => {
    const draw = createDraw();
    const png = draw({ kind: "preview", picture, share: 0 });
    const data = inflateSync(png.subarray(41, png.length - 16));
    expect(data.length).toBe(previewSize * (previewSize * 3 + 1));
    const { bytes } = developPreview(createNegative(drawPicture({ ...picture, size: previewSize }), 7), 0);
    let isRed = true;
    for (let at = 0; at < bytes.length; at += 3) isRed &&= (bytes[at] ?? 0) >= (bytes[at + 1] ?? 0) * 2;
    expect(isRed).toBe(true);
  });
});
