import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { measureBlob } from "./measure-blob.js";
import { measureMedia } from "./measure-media.js";
import { PartialView } from "./partial-view.js";

const megabyte = 1_048_576;

/** A file that counts its reads and their bytes. */
class CountedBlob extends Blob {
  readonly read = { bytes: 0, times: 0 };

  override slice(start = 0, end = this.size): Blob {
    this.read.bytes += end - start;
    this.read.times += 1;
    return super.slice(start, end);
  }
}

const text = (value: string) => Uint8Array.from(value, (character) => character.charCodeAt(0));
const uint32 = (value: number, isLittle = false) => {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, isLittle);
  return bytes;
};
const join = (...parts: readonly (Uint8Array | readonly number[])[]) =>
  new Uint8Array(Buffer.concat(parts.map((part) => (part instanceof Uint8Array ? part : Uint8Array.from(part)))));
const pattern = new Uint8Array(251).map((_, at) => (at * 7) % 251);
const noise = (byteLength: number) => new Uint8Array(Buffer.alloc(byteLength, pattern));

const jpegFrame = [0xff, 0xc0, 0, 11, 8, 0, 20, 0, 30, 1, 1, 0x11, 0];
const segments = (count: number, odd: number) =>
  join(
    [0xff, 0xe2, (odd + 2) >> 8, (odd + 2) & 255],
    noise(odd),
    ...Array.from({ length: count }, () => join([0xff, 0xe2, 0xff, 0xff], new Uint8Array(65_533))),
  );
const jpeg = (count: number, odd = 0) => join([0xff, 0xd8], segments(count, odd), jpegFrame, noise(megabyte));

const gif = (frames: number, last: number) => {
  const subBlock = join([255], noise(255));
  const frame = (side: number, subBlocks: number) =>
    join(
      [0x2c, 0, 0, 0, 0, side & 255, side >> 8, side & 255, side >> 8, 0, 2],
      ...Array.from({ length: subBlocks }, () => subBlock),
      [0],
    );
  const screen = join(text("GIF89a"), [30, 0, 20, 0, 0, 0, 0]);
  return join(screen, ...Array.from({ length: frames }, () => frame(20, 2_000)), frame(last, 1), [0x3b]);
};

const chunk = (name: string, content: Uint8Array) =>
  join(text(name), uint32(content.length, true), content, new Uint8Array(content.length % 2));
const webp = (frames: number, side: number) => {
  const small = uint32(side - 1, true).subarray(0, 3);
  const pixels = chunk("VP8L", join([0x2f], uint32((side - 1) | ((side - 1) << 14), true), noise(200_000)));
  const frame = chunk("ANMF", join(new Uint8Array(6), small, small, uint32(0), pixels));
  const canvas = chunk("VP8X", join(uint32(2), [29, 0, 0], [19, 0, 0]));
  const inside = join(text("WEBP"), canvas, ...Array.from({ length: frames }, () => frame));
  return join(text("RIFF"), uint32(inside.length, true), inside);
};

const scattered = (() => {
  const frames = Array.from({ length: 300 }, () => chunk("JUNK", new Uint8Array(131_072)));
  const canvas = chunk("VP8X", join(uint32(2), [29, 0, 0], [19, 0, 0]));
  const small = Array.from({ length: 3_600 }, () => chunk("JUNK", new Uint8Array(0)));
  const inside = join(text("WEBP"), canvas, ...small, ...frames);
  return join(text("RIFF"), uint32(inside.length, true), inside);
})();

const box = (name: string, ...content: readonly Uint8Array[]) => {
  const inside = join(...content);
  return join(uint32(inside.length + 8), text(name), inside);
};
const avif = (tail: Uint8Array, pixels = noise(3 * megabyte)) =>
  join(
    box("ftyp", text("avif"), uint32(0), text("avifmif1")),
    box("mdat", pixels),
    box("meta", uint32(0), box("iprp", box("ipco", box("ispe", uint32(0), uint32(30), uint32(20))))),
    tail,
  );

const large = {
  "a JPEG whose size comes after two megabytes": jpeg(32),
  "a GIF whose last frame is the largest": gif(4, 700),
  "a WebP with frames over megabytes": webp(20, 300),
  "an AVIF with its size after its pixels": avif(new Uint8Array()),
  "an AVIF with a further box at the end": avif(box("free", noise(9))),
};

describe("measureBlob", () => {
  it.each(Object.entries(large))("returns the same as measureMedia: %s", async (_, bytes) => {
    expect(bytes.length).toBeGreaterThan(megabyte);
    const whole = measureMedia(bytes);
    expect(whole).not.toBeNull();
    expect(await measureBlob(new Blob([bytes]))).toEqual(whole);
  });

  it.each(Object.entries(large))("returns the same as measureMedia if truncated: %s", async (_, bytes) => {
    for (const left of [0.4, 0.7, 0.999]) {
      const cut = bytes.slice(0, Math.floor(bytes.length * left));
      expect(await measureBlob(new Blob([cut]))).toEqual(measureMedia(cut));
    }
  });

  it("reads a size that crosses two parts", async () => {
    // The frame begins at each offset around the end of the first part.
    for (let odd = 65_510; odd < 65_533; odd += 1) {
      expect(await measureBlob(new Blob([jpeg(0, odd)]))).toEqual({ contentType: "image/jpeg", width: 30, height: 20 });
    }
  });

  it("measures a large PNG by its first part", async () => {
    const raw = { width: 1_200, height: 800, channels: 3 } as const;
    const png = await sharp(noise(1_200 * 800 * 3), { raw })
      .png({ compressionLevel: 0 })
      .toBuffer();
    const file = new CountedBlob([new Uint8Array(png)]);
    expect(file.size).toBeGreaterThan(2 * megabyte);
    expect(await measureBlob(file)).toEqual({ contentType: "image/png", width: 1_200, height: 800 });
    expect(file.read).toEqual({ bytes: 65_536 + 12, times: 2 });
  });

  it.each([
    [
      "a GIF, and counts the frames before the limit",
      gif(50, 700),
      { contentType: "image/gif", width: 30, height: 20 },
    ],
    ["a JPEG of segments", jpeg(400), null],
  ])("reads at most 16 MiB of %s", async (_, bytes, expected) => {
    expect(bytes.length).toBeGreaterThan(20 * megabyte);
    const file = new CountedBlob([bytes]);
    expect(await measureBlob(file)).toEqual(expected);
    expect(file.read.bytes).toBeLessThanOrEqual(16 * megabyte + 12);
  });

  it("skips more than 16 MiB of pixels before the size", async () => {
    const file = new CountedBlob([avif(new Uint8Array(), new Uint8Array(20 * megabyte))]);
    expect(await measureBlob(file)).toEqual({ contentType: "image/avif", width: 30, height: 20 });
    expect(file.read.bytes).toBeLessThan(megabyte);
  });

  it.each([
    ["a GIF of full sub-blocks", gif(50, 700), 600_000],
    ["a JPEG of segments", jpeg(400), 100_000],
    ["a WebP of small chunks, then of large ones", scattered, 1_100_000],
  ])("reads a hostile file in few steps: %s", async (_, bytes, maxSteps) => {
    expect(bytes.length).toBeGreaterThan(16 * megabyte);
    const file = new CountedBlob([bytes]);
    const { getUint8 } = PartialView.prototype;
    let steps = 0;
    PartialView.prototype.getUint8 = function counted(at) {
      steps += 1;
      return getUint8.call(this, at);
    };
    try {
      await measureBlob(file);
    } finally {
      PartialView.prototype.getUint8 = getUint8;
    }
    expect(file.read.times).toBeLessThan(30);
    expect(steps).toBeLessThan(maxSteps);
  });

  it("returns null for another format after twelve bytes", async () => {
    const file = new CountedBlob([noise(2 * megabyte)]);
    expect(await measureBlob(file)).toBeNull();
    expect(file.read.bytes).toBe(12);
  });
});
