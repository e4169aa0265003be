import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { measureMedia, readHeader } from "./measure-media.js";

const formats = ["png", "jpeg", "webp", "gif", "avif"] as const;

const imageOf = (width: number, height: number) => sharp({ create: { width, height, channels: 3, background: "red" } });

/** Frames below each other, which sharp writes as an animation. */
const frames = (width: number, pageHeight: number, count: number) => {
  const pixels = new Uint8Array(width * pageHeight * count * 3).map((_, at) => (at * at) % 251);
  return sharp(pixels, { raw: { width, height: pageHeight * count, channels: 3, pageHeight } });
};

const sizeBySharp = async (bytes: Uint8Array) => {
  const { width, height, orientation = 1, pageHeight } = await sharp(bytes).metadata();
  const size = { width, height: pageHeight ?? height };
  return orientation >= 5 ? { width: size.height, height: size.width } : size;
};

describe("measureMedia compared with sharp", () => {
  for (const format of formats) {
    it.each([
      [1, 1],
      [3, 700],
      [321, 123],
      [1_024, 300],
    ])(`measures a ${format} of %s by %s`, async (width, height) => {
      const bytes = await imageOf(width, height).toFormat(format).toBuffer();
      expect(measureMedia(bytes)).toEqual({ contentType: `image/${format}`, width, height });
      expect(measureMedia(bytes)).toMatchObject(await sizeBySharp(bytes));
    });
  }

  it.each([1, 2, 3, 4, 5, 6, 7, 8])("applies the orientation %s of a JPEG", async (orientation) => {
    const bytes = await imageOf(60, 40).jpeg().withMetadata({ orientation }).toBuffer();
    expect(measureMedia(bytes)).toMatchObject(await sizeBySharp(bytes));
    expect(measureMedia(bytes)?.width).toBe(orientation >= 5 ? 40 : 60);
  });

  it("measures other encodings of each format", async () => {
    const large = imageOf(301, 200);
    const files = {
      lossless: await large.clone().webp({ lossless: true }).toBuffer(),
      transparent: await large.clone().ensureAlpha(0.5).webp().toBuffer(),
      withProfile: await large.clone().keepIccProfile().withIccProfile("p3").webp().toBuffer(),
      interlaced: await large.clone().png({ progressive: true }).toBuffer(),
      palette: await large.clone().png({ palette: true }).toBuffer(),
      progressive: await large.clone().jpeg({ progressive: true }).withIccProfile("p3").toBuffer(),
      transparentAvif: await large.clone().ensureAlpha(0.5).avif().toBuffer(),
      interlacedGif: await large.clone().gif({ progressive: true }).toBuffer(),
    };
    for (const bytes of Object.values(files)) expect(measureMedia(bytes)).toMatchObject({ width: 301, height: 200 });
    const whole = Object.entries(files).filter(([, bytes]) => readHeader(bytes)?.isDecodedWhole);
    expect(whole.map(([name]) => name)).toEqual(["interlaced", "progressive", "transparentAvif", "interlacedGif"]);
  });

  it.each(["gif", "webp"] as const)("measures one frame of an animated %s", async (format) => {
    const bytes = await frames(90, 50, 12)[format]({ loop: 0 }).toBuffer();
    expect((await sharp(bytes).metadata()).pages).toBe(12);
    expect(readHeader(bytes)).toEqual({ width: 90, height: 50, isDecodedWhole: true });
  });

  it.each(formats)("returns null or the same size for a %s that is truncated anywhere", async (format) => {
    const bytes = await imageOf(40, 30).toFormat(format).toBuffer();
    for (let length = 0; length < bytes.length; length += 1) {
      const measured = measureMedia(bytes.subarray(0, length));
      if (measured !== null) expect(measured).toMatchObject({ width: 40, height: 30 });
    }
  });
});
