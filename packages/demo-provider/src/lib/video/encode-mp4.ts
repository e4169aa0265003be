import type { H264Stream } from "./encode-h264.js";

/** A video of frames, each shown for its own time. */
export interface Mp4Video {
  readonly stream: H264Stream;
  readonly width: number;
  readonly height: number;
  /** Of each frame, in milliseconds. */
  readonly frameMs: readonly number[];
}

type Part = Uint8Array | readonly number[] | string;

/** The identity, as fixed-point numbers. */
const matrix = join([0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000].map(uint32));
const unityRate = join([uint32(0x1_0000), [1, 0, 0, 0], zeros(8)]);

/**
 * Writes an MP4 whose headers come first, so that it plays while it loads.
 *
 * @see ISO/IEC 14496-12 and 14496-15 (checked 2026-11)
 */
export function encodeMp4(video: Mp4Video): Uint8Array<ArrayBuffer> {
  return join(partsOfMp4(video));
}

/** The same file in parts, in order. A long video repeats frames without a copy of each. */
export function partsOfMp4(video: Mp4Video): readonly Uint8Array[] {
  const samples = video.stream.frames.map((frame) => [uint32(frame.length), frame]);
  const lengths = samples.map(lengthOf);
  const type = box("ftyp", ["isom", uint32(512), "isomavc1mp42"]);
  // The offset of the samples depends on the length of the headers, which does not depend on the offset.
  const headersAt = (offset: number) => movieOf(video, { lengths, offset });
  const offset = type.length + headersAt(0).length + 8;
  const media = samples.flat();
  return [type, headersAt(offset), join([uint32(8 + lengthOf(media)), "mdat"]), ...media];
}

/** The lengths of the samples in bytes, and the offset of the first one in the file. */
interface Samples {
  readonly lengths: readonly number[];
  readonly offset: number;
}

function movieOf(video: Mp4Video, stored: Samples): Uint8Array {
  const { frameMs, height, width } = video;
  const duration = uint32(frameMs.reduce((sum, ms) => sum + ms, 0));
  const header = full("mvhd", [zeros(8), uint32(1_000), duration, unityRate, matrix, zeros(24), uint32(2)]);
  const size = [uint32(width * 65_536), uint32(height * 65_536)];
  const track = box("tkhd", [uint32(3), zeros(8), uint32(1), zeros(4), duration, zeros(16), matrix, ...size]);
  const media = box("mdia", [
    // `und`: no language.
    full("mdhd", [zeros(8), uint32(1_000), duration, [0x55, 0xc4, 0, 0]]),
    full("hdlr", [zeros(4), "vide", zeros(12), "Video\0"]),
    box("minf", [
      box("vmhd", [uint32(1), zeros(8)]),
      box("dinf", [full("dref", [uint32(1), box("url ", [uint32(1)])])]),
      box("stbl", tablesOf(video, stored)),
    ]),
  ]);
  return box("moov", [header, box("trak", [track, media])]);
}

function tablesOf({ frameMs, height, stream, width }: Mp4Video, { lengths, offset }: Samples): readonly Part[] {
  const { picture, sequence } = stream;
  const sets = [[0xe1], uint16(sequence.length), sequence, [1], uint16(picture.length), picture];
  const config = box("avcC", [[1, ...sequence.subarray(1, 4), 0xff], ...sets]);
  const resolution = [uint32(0x48_0000), uint32(0x48_0000)];
  const entry = box("avc1", [
    ...[zeros(6), uint16(1), zeros(16), uint16(width), uint16(height), ...resolution, zeros(4), uint16(1)],
    ...[zeros(32), uint16(24), [0xff, 0xff], config],
  ]);
  return [
    full("stsd", [uint32(1), entry]),
    full("stts", [uint32(frameMs.length), ...frameMs.flatMap((ms) => [uint32(1), uint32(ms)])]),
    full("stsc", [uint32(1), uint32(1), uint32(lengths.length), uint32(1)]),
    full("stsz", [uint32(0), uint32(lengths.length), ...lengths.map(uint32)]),
    full("stco", [uint32(1), uint32(offset)]),
  ];
}

function box(name: string, content: readonly Part[]): Uint8Array<ArrayBuffer> {
  const body = join(content);
  return join([uint32(8 + body.length), name, body]);
}

/** A box that begins with a version and flags, which are 0. */
function full(name: string, content: readonly Part[]): Uint8Array<ArrayBuffer> {
  return box(name, [uint32(0), ...content]);
}

function join(parts: readonly Part[]): Uint8Array<ArrayBuffer> {
  const arrays = parts.map((part) => (typeof part === "string" ? new TextEncoder().encode(part) : part));
  const bytes = new Uint8Array(lengthOf(arrays));
  let at = 0;
  for (const part of arrays) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function lengthOf(parts: readonly (Uint8Array | readonly number[])[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0);
}

function uint32(value: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

function uint16(value: number): readonly number[] {
  return [value >> 8, value & 255];
}

function zeros(length: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(length);
}
