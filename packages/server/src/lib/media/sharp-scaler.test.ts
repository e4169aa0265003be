import { fileURLToPath } from "node:url";
import { crc32 } from "node:zlib";
import { build } from "esbuild";
import sharp from "sharp";
import { thumbHashToApproximateAspectRatio, thumbHashToAverageRGBA } from "thumbhash";
import { describe, expect, it } from "vitest";
import { tinyPng } from "../../../testing/tiny-png.js";
import type { Logger } from "../ports/logger.js";
import { measureMedia } from "./measure-media.js";
import { sharpScaler } from "./sharp-scaler.js";

const silent: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const scaler = sharpScaler({ logger: silent });

const blobOf = (bytes: Uint8Array) => new Blob([new Uint8Array(bytes)]);

/** Red on the left, blue on the right. */
function twoColors(width: number, height: number, alpha = 1) {
  const half = (r: number, b: number) => ({ r, g: 0, b, alpha });
  return sharp({ create: { width, height, channels: 4, background: half(255, 0) } }).composite([
    { input: { create: { width: width / 2, height, channels: 4, background: half(0, 255) } }, gravity: "east" },
  ]);
}

/** One red frame above one blue frame, which sharp writes as an animation. */
function redThenBlue() {
  const [width, pageHeight, channels] = [600, 300, 3] as const;
  const pixels = new Uint8Array(width * pageHeight * 2 * channels);
  for (let byte = 0; byte < pixels.length; byte += channels) pixels[byte < pixels.length / 2 ? byte : byte + 2] = 255;
  return sharp(pixels, { raw: { width, height: pageHeight * 2, channels, pageHeight } });
}

const pixelAt = async (bytes: Uint8Array, left: number, top: number) =>
  Array.from(await sharp(bytes).ensureAlpha().extract({ left, top, width: 1, height: 1 }).raw().toBuffer());

/** Declares 5,002 × 5,000 pixels in the header of an image of 64 × 64: to encode so many takes seconds. */
function withSize(image: Uint8Array, format: "avif" | "gif" | "jpeg"): Uint8Array {
  const bytes = Buffer.from(image);
  if (format === "gif") {
    bytes.writeUInt16LE(5_002, 6);
    bytes.writeUInt16LE(5_000, 8);
  } else if (format === "jpeg") {
    const frame = bytes.indexOf(Buffer.from([0xff, 0xc2]));
    bytes.writeUInt16BE(5_000, frame + 5);
    bytes.writeUInt16BE(5_002, frame + 7);
  } else {
    const size = bytes.indexOf("ispe") + 8;
    bytes.writeUInt32BE(5_002, size);
    bytes.writeUInt32BE(5_000, size + 4);
  }
  return bytes;
}

const hashOf = async (bytes: Uint8Array) => {
  const placeholder = await scaler.placeholderOf(blobOf(bytes));
  return Uint8Array.from(atob(placeholder ?? ""), (character) => character.charCodeAt(0));
};

describe("sharpScaler", () => {
  it("fits an image into the square as WebP, by its longer side", async () => {
    for (const [width, height, ...fitted] of [
      [1_024, 512, 512, 256],
      [300, 900, 171, 512],
    ] as const) {
      const small = await scaler.shrink(blobOf(await twoColors(width, height).png().toBuffer()), 512);
      expect(small).toMatchObject({ contentType: "image/webp", width: fitted[0], height: fitted[1] });
      expect(measureMedia(small?.bytes ?? new Uint8Array())).toEqual({
        contentType: "image/webp",
        width: fitted[0],
        height: fitted[1],
      });
    }
  });

  it("rotates a photograph upright, and removes camera metadata", async () => {
    const photograph = await twoColors(800, 400)
      .jpeg()
      .withExif({ IFD0: { Copyright: "Ada", Artist: "Ada" } })
      .withMetadata({ orientation: 6 })
      .toBuffer();
    const small = await scaler.shrink(blobOf(photograph), 512);
    expect(small).toMatchObject({ width: 256, height: 512 });
    // Rotated clockwise: the left side is now the top.
    const [above, below] = [
      await pixelAt(small?.bytes ?? photograph, 128, 10),
      await pixelAt(small?.bytes ?? photograph, 128, 500),
    ];
    expect([above[0], below[2]].every((value) => Number(value) > 200)).toBe(true);
    const { exif, orientation } = await sharp(small?.bytes).metadata();
    expect([exif, orientation]).toEqual([undefined, undefined]);
    expect(thumbHashToApproximateAspectRatio(await hashOf(photograph))).toBeLessThan(1);
  });

  it("keeps transparency", async () => {
    const background = { r: 255, g: 0, b: 0, alpha: 0.5 };
    const bytes = await sharp({ create: { width: 400, height: 200, channels: 4, background } })
      .png()
      .toBuffer();
    const small = await scaler.shrink(blobOf(bytes), 100);
    expect((await pixelAt(small?.bytes ?? bytes, 10, 10))[3]).toBeCloseTo(128, -1);
    expect(thumbHashToAverageRGBA(await hashOf(bytes)).a).toBeCloseTo(0.5, 1);
  });

  it.each(["gif", "webp"] as const)("uses the first frame of an animated %s", async (format) => {
    const bytes = await redThenBlue()[format]({ loop: 0 }).toBuffer();
    expect((await sharp(bytes).metadata()).pages).toBe(2);
    const small = await scaler.shrink(blobOf(bytes), 512);
    expect(small).toMatchObject({ width: 512, height: 256 });
    expect((await sharp(small?.bytes).metadata()).pages).toBeUndefined();
    expect((await pixelAt(small?.bytes ?? bytes, 200, 100))[0]).toBeGreaterThan(200);
    expect(thumbHashToAverageRGBA(await hashOf(bytes)).r).toBeGreaterThan(0.8);
  });

  it("does not enlarge an image of one pixel", async () => {
    expect(await scaler.shrink(blobOf(tinyPng()), 512)).toMatchObject({ width: 1, height: 1 });
    const { r, g, b } = thumbHashToAverageRGBA(await hashOf(tinyPng(128)));
    for (const value of [r, g, b]) expect(value).toBeCloseTo(0.5, 1);
  });

  it("returns the same short placeholder and thumbnail for the same bytes", async () => {
    const bytes = await twoColors(640, 480).jpeg().toBuffer();
    const [first, second] = [await scaler.shrink(blobOf(bytes), 512), await scaler.shrink(blobOf(bytes), 512)];
    expect(first).toEqual(second);
    const placeholder = await scaler.placeholderOf(blobOf(bytes));
    expect(placeholder).toMatch(/^[A-Za-z0-9+/]{20,40}={0,2}$/);
    expect(await scaler.placeholderOf(blobOf(bytes))).toBe(placeholder);
  });

  it("throws for bytes that are no image, and for a truncated image", async () => {
    const noise = { type: "gaussian", mean: 90, sigma: 60 } as const;
    const create = { width: 600, height: 600, channels: 3, background: "red", noise } as const;
    const whole = await sharp({ create }).jpeg().toBuffer();
    for (const bytes of [new Uint8Array(), new TextEncoder().encode("<html>"), whole.subarray(0, 2_000)]) {
      await expect(scaler.shrink(blobOf(bytes), 512)).rejects.toThrow();
      await expect(scaler.placeholderOf(blobOf(bytes))).rejects.toThrow();
    }
  });

  it("does not decode an image that declares too many pixels", async () => {
    const huge = tinyPng();
    const view = new DataView(huge.buffer);
    for (const offset of [16, 20]) view.setUint32(offset, 10_001);
    view.setUint32(29, crc32(huge.subarray(12, 29)));
    expect(measureMedia(huge)).toMatchObject({ width: 10_001, height: 10_001 });
    await expect(scaler.shrink(blobOf(huge), 512)).rejects.toThrow(/exceeds the pixel limit/);
    await expect(scaler.placeholderOf(blobOf(huge))).rejects.toThrow(/exceeds the pixel limit/);
  });

  it.each<[string, () => Promise<Uint8Array>]>([
    ["an AVIF", async () => withSize(await twoColors(64, 64).avif({ effort: 0 }).toBuffer(), "avif")],
    [
      "a progressive JPEG",
      async () => withSize(await twoColors(64, 64).jpeg({ progressive: true }).toBuffer(), "jpeg"),
    ],
    ["a GIF", async () => withSize(await twoColors(64, 64).gif({ effort: 1 }).toBuffer(), "gif")],
  ])("does not decode %s of more than 25 million pixels, which is decoded whole", async (_, draw) => {
    const bytes = await draw();
    expect(measureMedia(new Uint8Array(bytes))).toMatchObject({ width: 5_002, height: 5_000 });
    await expect(scaler.shrink(blobOf(bytes), 512)).rejects.toThrow(/the pixel limit of 25000000/);
    await expect(scaler.placeholderOf(blobOf(bytes))).rejects.toThrow(/the pixel limit of 25000000/);
  });

  it("does not read a file of more than 64 MiB", async () => {
    const megabyte = new Uint8Array(1_048_576);
    const file = new Blob([blobOf(tinyPng()), ...Array.from({ length: 64 }, () => megabyte)]);
    await expect(scaler.shrink(file, 512)).rejects.toThrow(/exceeds the limit of 67108864/);
    await expect(scaler.placeholderOf(file)).rejects.toThrow(/exceeds the limit/);
  });

  it("decodes a larger image row by row", async () => {
    const bytes = await twoColors(5_002, 5_000).jpeg().toBuffer();
    expect(await scaler.shrink(blobOf(bytes), 100)).toMatchObject({ width: 100 });
  });

  it("decodes one image at a time in the whole process, also with several scalers", async () => {
    let [active, maxActive] = [0, 0];
    const counting = async () => {
      const real = await import("sharp");
      const counted = (...args: Parameters<typeof real.default>) => {
        const pipeline = real.default(...args);
        const toBuffer = pipeline.toBuffer.bind(pipeline);
        return Object.assign(pipeline, {
          toBuffer: async (options: { resolveWithObject: true }) => {
            active += 1;
            maxActive = Math.max(maxActive, active);
            const done = await toBuffer(options);
            active -= 1;
            return done;
          },
        });
      };
      // The scaler uses no other static member.
      return { ...real, default: Object.assign(counted, { cache: real.default.cache }) } as unknown as typeof real;
    };
    const scalers = [1, 2, 3].map(() => sharpScaler({ logger: silent }, counting));
    const bytes = await twoColors(400, 400).png().toBuffer();
    await Promise.all(scalers.flatMap((each) => [each.shrink(blobOf(bytes), 100), each.placeholderOf(blobOf(bytes))]));
    expect(maxActive).toBe(1);
  });

  it("clears the cache of the library, and keeps the host's limits", async () => {
    const bytes = await twoColors(400, 400).png().toBuffer();
    sharp.cache({ memory: 40, files: 10, items: 50 });
    await sharp(bytes).resize(10).toBuffer();
    expect(sharp.cache().items.current).toBeGreaterThan(0);
    await scaler.shrink(blobOf(bytes), 100);
    expect(sharp.cache()).toMatchObject({ memory: { max: 40 }, files: { max: 10 }, items: { current: 0, max: 50 } });
  });

  it.each([false, true])("bundles without the library, minified: %s", async (minify) => {
    const entry = fileURLToPath(new URL("./sharp-scaler.ts", import.meta.url));
    const { metafile } = await build({
      entryPoints: [entry],
      bundle: true,
      minify,
      platform: "neutral",
      mainFields: ["module", "main"],
      write: false,
      metafile: true,
      logLevel: "silent",
    });
    const files = Object.keys(metafile.inputs);
    expect(files.filter((file) => file.includes("thumbhash"))).toHaveLength(1);
    expect(files.filter((file) => file.includes("/sharp/"))).toEqual([]);
    expect(Object.values(metafile.inputs).flatMap(({ imports }) => imports.filter(({ external }) => external))).toEqual(
      [],
    );
  });

  it("returns null without the library, imports it once, and logs that once at debug level", async () => {
    const lines: string[] = [];
    let loads = 0;
    const logger: Logger = { ...silent, debug: (message) => lines.push(message), warn: () => lines.push("warn") };
    const without = sharpScaler({ logger }, async () => {
      loads += 1;
      throw Object.assign(new Error("Cannot find package 'sharp'"), { code: "ERR_MODULE_NOT_FOUND" });
    });
    expect([await without.shrink(blobOf(tinyPng()), 512), await without.placeholderOf(blobOf(tinyPng()))]).toEqual([
      null,
      null,
    ]);
    expect(lines).toEqual(["Could not load sharp: no thumbnails and no placeholders."]);
    expect(loads).toBe(1);
  });

  it("imports the library again after another failure, and logs the failure once", async () => {
    const lines: string[] = [];
    let loads = 0;
    const scaler = sharpScaler({ logger: { ...silent, debug: (message) => lines.push(message) } }, async () => {
      loads += 1;
      if (loads < 3) throw Object.assign(new Error("too many open files"), { code: "EMFILE" });
      return import("sharp");
    });
    await scaler.load?.();
    expect(await scaler.shrink(blobOf(tinyPng()), 512)).toBeNull();
    expect(await scaler.shrink(blobOf(tinyPng()), 512)).toMatchObject({ contentType: "image/webp" });
    expect(lines).toHaveLength(1);
  });
});
