import type { Crop } from "../image/crop-to-aspect-ratio.js";
import { BitWriter } from "./bit-writer.js";

/** Side of a macroblock in pixels. */
const block = 16;
/** Baseline profile, level 3.1. */
const [profile, constraints, level] = [66, 0xc0, 31];

/** An H.264 stream in the parts that an MP4 needs. */
export interface H264Stream {
  /** The sequence parameter set. */
  readonly sequence: Uint8Array<ArrayBuffer>;
  /** The picture parameter set. */
  readonly picture: Uint8Array<ArrayBuffer>;
  readonly frames: readonly Uint8Array<ArrayBuffer>[];
}

/**
 * Encodes frames of one size without compression: each macroblock contains its samples. Every decoder of H.264 reads it,
 * and each frame can be sought.
 *
 * @see https://www.itu.int/rec/T-REC-H.264 7.3 (checked 2026-11)
 */
export function encodeH264(frames: readonly [Crop, ...Crop[]]): H264Stream {
  const [{ height, width }] = frames;
  return {
    sequence: unit(0x67, sequenceOf(width, height)),
    picture: unit(0x68, pictureParameters()),
    frames: frames.map((frame, index) => unit(0x65, sliceOf(frame, index))),
  };
}

function blocksOf(pixels: number): number {
  return Math.ceil(pixels / block);
}

function sequenceOf(width: number, height: number): Uint8Array<ArrayBuffer> {
  const [across, down] = [blocksOf(width), blocksOf(height)];
  const writer = new BitWriter().bits(profile, 8).bits(constraints, 8).bits(level, 8);
  // The id, 4 bits of frame number, frames in the order of display, one reference frame, no gaps.
  writer.golomb(0).golomb(0).golomb(2).golomb(1).bits(0, 1);
  writer
    .golomb(across - 1)
    .golomb(down - 1)
    .bits(1, 1)
    .bits(1, 1);
  // The pixels beyond the right and the lower edge, in pairs.
  writer
    .bits(1, 1)
    .golomb(0)
    .golomb((across * block - width) >> 1);
  writer.golomb(0).golomb((down * block - height) >> 1);
  return end(writer.bits(0, 1));
}

function pictureParameters(): Uint8Array<ArrayBuffer> {
  const writer = new BitWriter().golomb(0).golomb(0).bits(0, 2).golomb(0).golomb(0).golomb(0);
  // No weights, three numbers of zero, a control of the filter between blocks, and no more options.
  return end(writer.bits(0, 3).golomb(0).golomb(0).golomb(0).bits(0b100, 3));
}

function sliceOf(frame: Crop, index: number): Uint8Array<ArrayBuffer> {
  const { planes, width } = planesOf(frame);
  // All macroblocks, a slice without references, the first parameters, frame 0, and an id that alternates.
  const header = new BitWriter()
    .golomb(0)
    .golomb(7)
    .golomb(0)
    .bits(0, 4)
    .golomb(index % 2);
  // No marks of references, the usual quality, and no filter between blocks.
  header.bits(0, 2).golomb(0).golomb(1);
  // The type of an uncompressed macroblock.
  header.golomb(25).align();
  const [across, down] = [blocksOf(frame.width), blocksOf(frame.height)];
  const parts: Uint8Array[] = [header.bytes];
  for (let index = 0; index < across * down; index += 1) {
    const [x, y] = [index % across, Math.floor(index / across)];
    if (index > 0) parts.push(new BitWriter().golomb(25).align().bytes);
    for (const { samples, side } of planes) {
      const stride = (width / block) * side;
      for (let row = 0; row < side; row += 1) {
        const start = (y * side + row) * stride + x * side;
        parts.push(samples.subarray(start, start + side));
      }
    }
  }
  return joined([...parts, Uint8Array.of(0x80)]);
}

/** Luma, and the two planes of chroma with half of the sides, filled up to whole macroblocks. */
function planesOf({ bytes, height, width }: Crop) {
  const [fullWidth, fullHeight] = [blocksOf(width) * block, blocksOf(height) * block];
  const luma = new Uint8Array(fullWidth * fullHeight);
  const blue = new Uint8Array(luma.length / 4);
  const red = new Uint8Array(luma.length / 4);
  for (let y = 0; y < fullHeight; y += 1) {
    for (let x = 0; x < fullWidth; x += 1) {
      const at = (Math.min(y, height - 1) * width + Math.min(x, width - 1)) * 3;
      const [r, g, b] = [bytes[at] ?? 0, bytes[at + 1] ?? 0, bytes[at + 2] ?? 0];
      // Rec. 601, from 16 to 235: no sample is zero, so no sequence needs an escape.
      luma[y * fullWidth + x] = 16 + 0.257 * r + 0.504 * g + 0.098 * b;
      if (x % 2 === 1 || y % 2 === 1) continue;
      const half = (y / 2) * (fullWidth / 2) + x / 2;
      blue[half] = 128 - 0.148 * r - 0.291 * g + 0.439 * b;
      red[half] = 128 + 0.439 * r - 0.368 * g - 0.071 * b;
    }
  }
  const planes = [
    { samples: luma, side: block },
    { samples: blue, side: block / 2 },
    { samples: red, side: block / 2 },
  ];
  return { planes, width: fullWidth };
}

function end(writer: BitWriter): Uint8Array<ArrayBuffer> {
  return writer.bits(1, 1).align().bytes;
}

/**
 * A unit of the stream. A 3 is inserted into bytes that would begin another unit. Only the first 64 bytes are searched: the
 * samples after them are never 0.
 */
function unit(header: number, content: Uint8Array): Uint8Array<ArrayBuffer> {
  const escaped: number[] = [];
  let zeros = 0;
  for (let at = 0; at < Math.min(content.length, 64); at += 1) {
    const byte = content[at] ?? 0;
    if (zeros >= 2 && byte <= 3) {
      escaped.push(3);
      zeros = 0;
    }
    escaped.push(byte);
    zeros = byte === 0 ? zeros + 1 : 0;
  }
  return joined([Uint8Array.of(header), Uint8Array.from(escaped), content.subarray(64)]);
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
