import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { box, element, join, uint32, zeros } from "../../../testing/media/media-bytes.js";
import { tinyMp3, tinyMp4, tinyOgg, tinyWav, tinyWebm } from "../../../testing/media/tiny-media.js";
import { tinyPng } from "../../../testing/tiny-png.js";
import { measureAsStated, measureFile } from "./measure-file.js";

const megabyte = 1_048_576;

/** A file that counts the bytes that are read of it. */
class CountedBlob extends Blob {
  bytesRead = 0;

  override slice(start = 0, end = this.size): Blob {
    this.bytesRead += Math.max(0, Math.min(end, this.size) - start);
    return super.slice(start, end);
  }
}

const video = { kind: "video", width: 64, height: 36, durationMs: 2_000, hasAudio: false } as const;
const audio = { kind: "audio", width: null, height: null, durationMs: 2_000, hasAudio: true } as const;
const measure = (bytes: Uint8Array<ArrayBuffer>) => measureFile(new Blob([bytes]));

/** A WebM with tracks of 40 × 30 and 10 × 50 pixels. */
const twoTracks = ((webm) => {
  const track = (width: number, height: number) =>
    element("ae", element("83", [1]), element("e0", element("b0", uint32(width)), element("ba", uint32(height))));
  const header = webm.subarray(0, Buffer.from(webm).indexOf(Buffer.from("18538067", "hex")));
  const info = element("1549a966", element("2ad7b1", uint32(1_000_000)), element("4489", [0x44, 0xfa, 0, 0]));
  return join(header, element("18538067", info, element("1654ae6b", track(40, 30), track(10, 50))));
})(tinyWebm());

const files = {
  "an MP4": [tinyMp4(), { ...video, contentType: "video/mp4" }],
  "an MP4 with sound": [tinyMp4({ hasAudio: true }), { ...video, contentType: "video/mp4", hasAudio: true }],
  "an MP4 with its headers at the end": [tinyMp4({ isMovieLast: true }), { ...video, contentType: "video/mp4" }],
  "a turned MP4": [tinyMp4({ isTurned: true }), { ...video, contentType: "video/mp4", width: 36, height: 64 }],
  "a MOV": [tinyMp4({ brand: "qt  " }), { ...video, contentType: "video/quicktime" }],
  "an M4A": [tinyMp4({ hasAudio: true, hasVideo: false }), { ...audio, contentType: "audio/mp4" }],
  "a WebM": [tinyWebm(), { ...video, contentType: "video/webm" }],
  "a WebM with sound": [tinyWebm({ hasAudio: true }), { ...video, contentType: "video/webm", hasAudio: true }],
  "a WebM without a video": [tinyWebm({ hasAudio: true, hasVideo: false }), { ...audio, contentType: "audio/webm" }],
  "a WebM with two videos": [twoTracks, { ...video, contentType: "video/webm", width: 40, height: 30 }],
  "a WAV": [tinyWav(), { ...audio, contentType: "audio/wav" }],
  "an MP3": [tinyMp3(), { ...audio, contentType: "audio/mpeg", durationMs: 2_007 }],
  "an Ogg": [tinyOgg(), { ...audio, contentType: "audio/ogg" }],
} as const;

/** An ID3v2 tag of padding. */
function tagOf(length: number): Uint8Array<ArrayBuffer> {
  return join("ID3", [4, 0, 0, 0, 0, length >> 7, length & 127], zeros(length));
}

const repeated = (piece: Uint8Array, count: number) => new Uint8Array(Buffer.concat(Array(count).fill(piece)));

describe("measureFile", () => {
  it.each(Object.entries(files))("measures %s", async (_, [bytes, expected]) => {
    expect(await measure(bytes)).toEqual(expected);
  });

  it("measures an image like measureBlob", async () => {
    const expected = {
      kind: "image",
      contentType: "image/png",
      width: 1,
      height: 1,
      durationMs: null,
      hasAudio: false,
    };
    expect(await measure(new Uint8Array(tinyPng()))).toEqual(expected);
  });

  it("reads the duration of a fragmented MP4 from its own box, and none without it", async () => {
    const fragmented = (duration: number | null) => {
      const header = box("mvhd", zeros(12), uint32(1_000), zeros(84));
      const extends_ = duration === null ? box("mvex") : box("mvex", box("mehd", zeros(4), uint32(duration)));
      const track = box("trak", box("mdia", box("hdlr", zeros(8), "vide", zeros(13))));
      return join(box("ftyp", "iso5", zeros(4)), box("moov", header, extends_, track));
    };
    expect(await measure(fragmented(5_000))).toMatchObject({ kind: "video", durationMs: 5_000, width: null });
    expect(await measure(fragmented(null))).toMatchObject({ kind: "video", durationMs: null });
  });

  it("returns null for a size or a duration that no codec can have, which measureAsStated returns", async () => {
    const webm = new Blob([tinyWebm({ width: 70_000, height: 36, durationMs: 2_592_000_000 })]);
    const stated = { width: 70_000, height: 36, durationMs: 2_592_000_000 };
    expect(await measureAsStated(webm)).toMatchObject(stated);
    expect(await measureFile(webm)).toMatchObject({ width: null, height: null, durationMs: null });
  });

  it("reads the number of frames of an MP3 with a variable bitrate, behind its tag", async () => {
    const first = join([0xff, 0xfb, 0x90, 0xc0], zeros(17), "Xing", uint32(1), uint32(1_000), zeros(384));
    const tag = join("ID3", [4, 0, 0, 0, 0, 0, 5], "title");
    expect(await measure(join(tag, first, tinyMp3()))).toMatchObject({
      durationMs: Math.round((1_152_000 / 44_100) * 1_000),
    });
  });

  it.each([
    ["behind two tags", join(tagOf(100), tagOf(200))],
    ["behind zeros after its tag", join(tagOf(100), zeros(600))],
    ["behind zeros between two tags", join(tagOf(100), zeros(600), tagOf(200), zeros(3))],
  ])("reads an MP3 %s", async (_, start) => {
    expect(await measure(join(start, tinyMp3()))).toMatchObject({ contentType: "audio/mpeg", durationMs: 2_007 });
  });

  it("reads a FLAC", async () => {
    const block = join([0, 0, 0, 34], zeros(10), uint32(44_100 * 4_096), uint32(88_200), zeros(16));
    expect(await measure(join("fLaC", block))).toEqual({ ...audio, contentType: "audio/flac" });
  });

  it("counts the samples that a WAV has, whatever length a streaming encoder left in its header", async () => {
    const wav = tinyWav();
    wav.fill(0xff, 40, 44);
    expect(await measure(wav)).toMatchObject({ durationMs: 2_000 });
  });

  it.each([
    ["an MP4 without a track", tinyMp4({ hasVideo: false })],
    ["a box of a length below its header", join(box("ftyp", "isom"), uint32(4), "moov")],
    ["a Matroska that is no WebM", join(element("1a45dfa3", element("4282", "matroska")), tinyWebm().subarray(20))],
    ["a page", new TextEncoder().encode("<html><video src=x>")],
    ["an SVG", new TextEncoder().encode("<svg xmlns='http://www.w3.org/2000/svg'/>")],
    ["eleven set bits", join([0xff, 0xfb, 0x90, 0xc0], new Uint8Array(2_000).fill(7))],
    ["an AAC without a container", join([0xff, 0xf1, 0x50, 0x80], zeros(2_000))],
    ["an empty file", zeros(0)],
  ])("refuses %s", async (_, bytes) => {
    expect(await measure(bytes)).toBeNull();
  });

  it.each(Object.entries(files))("reads little of %s", async (_, [bytes]) => {
    // The headers of an MP4 are behind them.
    const frames = new Uint8Array(4 * megabyte);
    const isMp4 = new TextDecoder().decode(bytes.subarray(4, 8)) === "ftyp";
    const type = isMp4 ? bytes.subarray(0, 20) : bytes;
    const length = uint32(8 + frames.length);
    const file = new CountedBlob(isMp4 ? [type, length, "mdat", frames, bytes.subarray(20)] : [type, frames]);
    expect((await measureFile(file))?.kind).toBeDefined();
    expect(file.bytesRead).toBeLessThan(megabyte);
  });

  const hostile = {
    "an MP4 of empty boxes": join(box("ftyp", "isom"), repeated(box("free"), 300_000)),
    "an MP4 of scattered boxes": join(box("ftyp", "isom"), repeated(box("free", zeros(70_000)), 400)),
    "an MP4 of tracks": join(box("ftyp", "isom"), box("moov", box("mvhd", zeros(100)), repeated(box("trak"), 100_000))),
    "a WebM of empty elements": join(
      element("1a45dfa3", element("4282", "webm")),
      element("18538067", repeated(element("ec"), 100_000)),
    ),
    "a WAV of empty chunks": join("RIFF", uint32(9), "WAVE", repeated(join("JUNK", zeros(4)), 100_000)),
    "an Ogg of page names": join(tinyOgg().subarray(0, 60), "OggS".repeat(1_000_000)),
    "an MP3 of empty tags": repeated(join("ID3", [4, 0, 0, 0, 0, 0, 0]), 1_000_000),
    "an MP3 of zeros": join(tagOf(10), zeros(20 * megabyte)),
    "an MP3 with a tag longer than the file": join("ID3", [4, 0, 0, 127, 127, 127, 127], zeros(1_000_000)),
  };

  it.each(Object.entries(hostile))("reads a bounded part of %s", async (_, bytes) => {
    const file = new CountedBlob([bytes]);
    await measureFile(file);
    expect(file.bytesRead).toBeLessThanOrEqual(17 * megabyte);
  });

  it("never throws for a truncated or damaged file", async () => {
    const whole = Object.values(files).map(([bytes]) => bytes);
    const damage = fc.record({
      bytes: fc.constantFrom(...whole),
      kept: fc.double({ min: 0, max: 1, noNaN: true }),
      changes: fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 8 }),
    });
    await fc.assert(
      fc.asyncProperty(damage, async ({ bytes, changes, kept }) => {
        const damaged = bytes.slice(0, Math.ceil(bytes.length * kept));
        for (const [at, value] of changes) if (damaged.length > 0) damaged[at % Math.min(damaged.length, 400)] = value;
        const file = new CountedBlob([damaged]);
        const measured = await measureFile(file);
        expect(file.bytesRead).toBeLessThanOrEqual(17 * megabyte);
        if (measured === null) return;
        const { durationMs, height, width } = measured;
        expect(durationMs === null || (Number.isSafeInteger(durationMs) && durationMs > 0)).toBe(true);
        expect([width, height].every((side) => side === null || side > 0)).toBe(true);
      }),
      { numRuns: 1_500 },
    );
  });
});
