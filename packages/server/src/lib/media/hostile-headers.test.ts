import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { avifSequence } from "../../../testing/provenance/avif-fixtures.js";
import { readAvifHeader } from "./avif-header.js";
import { readGifHeader } from "./gif-header.js";
import { readJpegHeader } from "./jpeg-header.js";
import { measureMedia } from "./measure-media.js";
import { readPngHeader } from "./png-header.js";
import { readWebpHeader } from "./webp-header.js";

const megabyte = 1_000_000;

/** Counts reads, so that no test needs a time limit. */
function countingView(bytes: Uint8Array) {
  const counted = { reads: 0 };
  const view = new Proxy(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== "function") return value;
      counted.reads += 1;
      return value.bind(target);
    },
  });
  return { view, counted };
}

const text = (value: string) => Uint8Array.from(value, (character) => character.charCodeAt(0));
const join = (...parts: readonly (Uint8Array | readonly number[])[]) =>
  Uint8Array.from(parts.flatMap((part) => [...part]));
const uint32 = (value: number, isLittle = false) => {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, isLittle);
  return bytes;
};
/** A file of `byteLength` bytes: the start, and then one piece repeated. */
const repeated = (start: Uint8Array, piece: readonly number[], byteLength = megabyte) => {
  const bytes = new Uint8Array(byteLength);
  bytes.set(start);
  for (let at = start.length; at + piece.length <= byteLength; at += piece.length) bytes.set(piece, at);
  return bytes;
};

const box = (name: string, ...content: readonly Uint8Array[]) => {
  const inside = join(...content);
  return join(uint32(inside.length + 8), text(name), inside);
};
const ispe = (width: number, height: number) => box("ispe", uint32(0), uint32(width), uint32(height));
const at = (name: string) => Buffer.from(avifSequence).indexOf(name);
const frameAt = at("stsd") + 16;
/** The sequence of an encoder, whose table states another size of its frames. */
const withFrames = (width: number, height: number) => {
  const bytes = Uint8Array.from(avifSequence);
  const view = new DataView(bytes.buffer);
  view.setUint16(frameAt + 28, width);
  view.setUint16(frameAt + 30, height);
  return bytes;
};
/** A sequence whose metadata became free space. */
const withoutImage = Buffer.from(avifSequence).fill("free", at("meta"), at("meta") + 4);
const avif = (...properties: readonly Uint8Array[]) =>
  join(
    box("ftyp", text("avif"), uint32(0), text("avifmif1")),
    box("meta", uint32(0), box("iprp", box("ipco", ...properties))),
  );

const gifStart = (width: number, height: number) =>
  join(text("GIF89a"), [width & 255, width >> 8, height & 255, height >> 8, 0, 0, 0]);
const gifFrame = (width: number, height: number) => [
  ...[0x2c, 0, 0, 0, 0, width & 255, width >> 8, height & 255, height >> 8, 0],
  ...[2, 2, 0x4c, 1, 0],
];

const chunk = (name: string, content: Uint8Array) =>
  join(text(name), uint32(content.length, true), content, new Uint8Array(content.length % 2));
const webp = (...chunks: readonly Uint8Array[]) => {
  const inside = join(text("WEBP"), ...chunks);
  return join(text("RIFF"), uint32(inside.length, true), inside);
};
const lossless = (width: number, height: number) =>
  chunk("VP8L", join([0x2f], uint32((width - 1) | ((height - 1) << 14), true)));
const canvas = (width: number, height: number) =>
  chunk("VP8X", join(uint32(2), uint32(width - 1, true).subarray(0, 3), uint32(height - 1, true).subarray(0, 3)));
const frame = (width: number, height: number, inside: Uint8Array) => {
  const size = [uint32(width - 1, true).subarray(0, 3), uint32(height - 1, true).subarray(0, 3)];
  return chunk("ANMF", join([0, 0, 0, 0, 0, 0], ...size, uint32(0), inside));
};

const jpegFrame = (width: number, height: number) => [
  ...[0xff, 0xc0, 0, 11, 8, height >> 8, height & 255, width >> 8, width & 255, 1, 1, 0x11, 0],
];
const startOfJpeg = Uint8Array.of(0xff, 0xd8);

describe("a hostile megabyte", () => {
  const png = text("\x89PNG\r\n\x1a\n");
  const animated = join(text("RIFF"), uint32(megabyte, true), text("WEBP"), canvas(9, 9));
  const exif = join([0xff, 0xe1, 0xff, 0xff], text("Exif\0\0II*\0"), uint32(8, true), [0xff, 0xff]);

  it.each([
    ["a PNG of empty chunks", readPngHeader, repeated(png, [0, 0, 0, 0, 65, 65, 65, 65, 0, 0, 0, 0]), 10],
    ["a JPEG of empty segments", readJpegHeader, repeated(startOfJpeg, [0xff, 0xe0, 0, 2]), 4_000],
    ["a JPEG of fill bytes", readJpegHeader, repeated(startOfJpeg, [0xff]), 4_000],
    ["a JPEG of restart markers", readJpegHeader, repeated(startOfJpeg, [0xff, 0xd0]), 4_000],
    [
      "a JPEG of long Exif segments",
      readJpegHeader,
      repeated(startOfJpeg, [...exif, ...new Uint8Array(65_517)]),
      6_000,
    ],
    ["a GIF of empty extensions", readGifHeader, repeated(gifStart(9, 9), [0x21, 0xfe, 0]), 10_000],
    ["a GIF of tiny frames", readGifHeader, repeated(gifStart(9, 9), gifFrame(1, 1)), 50_000],
    [
      "a GIF of one extension in tiny sub-blocks",
      readGifHeader,
      repeated(gifStart(9, 9), [0x21, 0xfe, ...Array(megabyte - 100).fill(1)]),
      260_000,
    ],
    ["a WebP of empty chunks", readWebpHeader, repeated(animated, [65, 65, 65, 65, 0, 0, 0, 0]), 9_000],
    ["a WebP of tiny frames", readWebpHeader, repeated(animated, [...frame(1, 1, lossless(1, 1))]), 60_000],
    ["an AVIF of sizes", readAvifHeader, avif(repeated(new Uint8Array(), [...ispe(64, 64)])), 300],
    ["an AVIF of empty boxes", readAvifHeader, repeated(avif().subarray(0, 24), [0, 0, 0, 8, 65, 65, 65, 65]), 200],
  ] as const)("is refused after few reads: %s", (_, read, bytes, maxReads) => {
    const { view, counted } = countingView(bytes);
    expect(bytes.length).toBeGreaterThanOrEqual(megabyte);
    expect(read(view)).toBeNull();
    expect(counted.reads).toBeLessThan(maxReads);
  });

  it.each([
    ["JPEG", readJpegHeader, join(startOfJpeg, [0xff, 0xe0, 0, 2], jpegFrame(30, 20))],
    ["GIF", readGifHeader, join(gifStart(30, 20), gifFrame(30, 20), [0x3b])],
    ["WebP", readWebpHeader, webp(lossless(30, 20))],
    ["AVIF", readAvifHeader, avif(ispe(30, 20))],
  ] as const)("is measured after few reads if it follows a complete %s", (format, read, start) => {
    // In an AVIF the rest must be a box: a box of length 0, which extends to the end of the file.
    const bytes = join(start, format === "AVIF" ? join(uint32(0), text("mdat")) : [], new Uint8Array(megabyte));
    const { view, counted } = countingView(bytes);
    expect(read(view)).toMatchObject({ width: 30, height: 20 });
    expect(counted.reads).toBeLessThan(100);
  });
});

describe("an image with contradictory sizes", () => {
  it("is measured by the frame of a JPEG, not by a frame in a comment", async () => {
    const real = await sharp({ create: { width: 500, height: 300, channels: 3, background: "green" } })
      .jpeg()
      .toBuffer();
    const firstEnd = 4 + real.readUInt16BE(4);
    const comment = new Uint8Array(65_531).fill(0x20);
    // The offset that a reader reaches when it mistakes the fill byte for the marker.
    comment.set(jpegFrame(64, 64), 0xfefc);
    const bytes = join(real.subarray(0, firstEnd), [0xff, 0xff, 0xfe, 0xff, 0xfd], comment, real.subarray(firstEnd));
    expect(await sharp(bytes).metadata()).toMatchObject({ width: 500, height: 300 });
    expect(measureMedia(bytes)).toMatchObject({ width: 500, height: 300 });
  });

  it.each([
    ["bytes between segments", [0xff, 0xe0, 0, 2, 0x20]],
    ["a stuffed zero", [0xff, 0]],
    ["a second start", [0xff, 0xd8]],
    ["pixels before the frame", [0xff, 0xda, 0, 2]],
    ["a segment shorter than its length", [0xff, 0xe0, 0, 1]],
  ])("is refused as a JPEG with %s", (_, between) => {
    expect(measureMedia(join(startOfJpeg, between, jpegFrame(30, 20)))).toBeNull();
  });

  it("has the size of the largest frame in a GIF", () => {
    const gif = join(gifStart(1, 1), gifFrame(1, 1), gifFrame(65_535, 2), gifFrame(3, 65_535), [0x3b]);
    expect(measureMedia(gif)).toMatchObject({ width: 65_535, height: 65_535 });
    expect(measureMedia(join(gifStart(1, 1), gifFrame(1, 1), [0x55], gifFrame(9, 9)))).toBeNull();
    expect(measureMedia(join(gifStart(1, 1), [0x3b]))).toBeNull();
  });

  it("has the size of the largest frame in a WebP", () => {
    const measure = (...chunks: readonly Uint8Array[]) => measureMedia(webp(...chunks));
    expect(measure(canvas(1, 1), frame(1, 1, lossless(1, 1)), frame(70_000, 2, lossless(1, 1)))?.width).toBe(70_000);
    expect(measure(canvas(1, 1), frame(1, 1, lossless(9_000, 1)))?.width).toBe(9_000);
    expect(measure(canvas(1, 1), lossless(1, 16_384))?.height).toBe(16_384);
  });

  it("is refused as a WebP with overlapping frames", () => {
    const inner = lossless(1, 1);
    const tooLong = join(text("VP8L"), uint32(100, true), inner.subarray(8));
    expect(measureMedia(webp(canvas(1, 1), frame(1, 1, tooLong), new Uint8Array(200)))).toBeNull();
    const hidden = join(text("JUNKVP8L"), inner.subarray(4));
    expect(measureMedia(webp(canvas(1, 1), chunk("ANMF", new Uint8Array(12)), hidden))).toBeNull();
    expect(measureMedia(webp(canvas(1, 1)))).toBeNull();
  });

  it("has the size of the largest part of an AVIF, rotated", () => {
    expect(measureMedia(avif(ispe(64, 64), ispe(3_000, 2_000)))).toMatchObject({ width: 3_000, height: 2_000 });
    expect(measureMedia(avif(ispe(30, 20), box("irot", Uint8Array.of(1))))).toMatchObject({ width: 20, height: 30 });
    expect(measureMedia(avif(ispe(30, 20), box("irot", Uint8Array.of(2))))).toMatchObject({ width: 30, height: 20 });
    expect(measureMedia(avifSequence)).toEqual({ contentType: "image/avif", width: 16, height: 16 });
    expect(measureMedia(withoutImage)).toEqual({ contentType: "image/avif", width: 16, height: 16 });
    expect(measureMedia(withFrames(3_000, 2_000))).toMatchObject({ width: 3_000, height: 2_000 });
    expect(measureMedia(withFrames(8, 8))).toMatchObject({ width: 16, height: 16 });
  });

  const cutContainer = join(
    box("ftyp", text("avif"), uint32(0)),
    box("meta", uint32(0), box("iprp", uint32(18), text("ipco"), ispe(3, 2))),
  );

  it.each([
    ["a box that exceeds its parent", cutContainer],
    ["a box that is too short for its name", avif(join(uint32(4), text("ispe")), ispe(3, 2))],
    ["a size box without a size", avif(box("ispe", uint32(0)), ispe(3, 2))],
    ["no size", avif()],
    ["a sequence without a track", Buffer.from(avifSequence).fill("free", at("trak"), at("trak") + 4)],
    ["no image, and the brand of one", Buffer.from(withoutImage).fill("avif", 8, 12)],
    ["a sequence with two images", join(avifSequence, box("meta", uint32(0)))],
    ["a sequence of other frames", Buffer.from(avifSequence).fill("mp4v", frameAt, frameAt + 4)],
    ["a sequence with two tables of frames", Buffer.from(avifSequence).fill("stsd", at("stts"), at("stts") + 4)],
    ["two sets of properties", join(avif(ispe(3, 2)), avif(ispe(3_000, 2)))],
  ])("is refused as an AVIF with %s", (_, bytes) => {
    expect(measureMedia(bytes)).toBeNull();
  });

  it("is refused as a PNG with an invalid header", async () => {
    const png = new Uint8Array(
      await sharp({ create: { width: 3, height: 2, channels: 3, background: "red" } })
        .png()
        .toBuffer(),
    );
    for (const [at, value] of [
      [11, 14],
      [12, 0x20],
      [16, 0x80],
      [28, 2],
    ] as const) {
      const invalid = png.slice();
      invalid[at] = value;
      expect(measureMedia(invalid)).toBeNull();
    }
  });
});
