import type { Bitmap } from "./finish.js";
import { createRandom } from "./random.js";

/** Width and height of a preview in pixels. */
export const previewSize = 160;

/** Data that all previews of one image share. */
export interface PreviewSource {
  /** The finished image, in the size of a preview. */
  readonly image: Bitmap;
  /** Grains of the image's mean color, which cover the image at first. Every preview has the same grains. */
  readonly noise: Float32Array;
}

/** Creates the data of an image's previews. */
export function createPreviewSource(image: Bitmap, seed: number): PreviewSource {
  const mean = meanOf(image);
  const grains = createGrains(image.size, seed);
  const noise = Float32Array.from(image.bytes, (_, at) => {
    const tint = grains[(Math.floor(at / 3) * 7 + (at % 3) * 5_003) % grains.length] ?? 0;
    return (mean[at % 3] ?? 0) + (grains[Math.floor(at / 3)] ?? 0) * 58 + tint * 34;
  });
  return { image, noise };
}

/**
 * Draws the preview of a job, like a photograph in a darkroom: first grains in red light, then shapes, then edges.
 *
 * @param share progress of the job, from 0 to 1.
 */
export function drawPreview({ image, noise }: PreviewSource, share: number): Bitmap {
  const { size } = image;
  const missing = 1 - Math.min(Math.max(share, 0), 1);
  const soft = blur(image, Math.round(missing ** 1.4 * size * 0.085));
  const cloak = 0.94 * missing ** 1.6;
  const redness = missing ** 1.9;
  const bytes = new Uint8Array(soft.length);
  const seenAt = (at: number): number => (soft[at] ?? 0) * (1 - cloak) + (noise[at] ?? 0) * cloak;
  for (let at = 0; at < soft.length; at += 3) {
    const [red, green, blue] = [seenAt(at), seenAt(at + 1), seenAt(at + 2)];
    const lamp = (0.3 * red + 0.59 * green + 0.11 * blue) * 0.85 * redness;
    const rest = 1 - redness;
    bytes[at] = within(red * rest + lamp * 0.85 + 24 * redness);
    bytes[at + 1] = within(green * rest + lamp * 0.16 + 4 * redness);
    bytes[at + 2] = within(blue * rest + lamp * 0.1 + 4 * redness);
  }
  return { size, bytes };
}

function within(value: number): number {
  return Math.min(Math.max(value, 0), 255);
}

function meanOf({ bytes }: Bitmap): readonly number[] {
  const sum = [0, 0, 0];
  for (let at = 0; at < bytes.length; at += 1) sum[at % 3] = (sum[at % 3] ?? 0) + (bytes[at] ?? 0);
  return sum.map((value) => (value * 3) / bytes.length);
}

/** Noise with grains of several sizes, from -1 to 1. Grains of one pixel are omitted, because they do not compress. */
function createGrains(size: number, seed: number): Float32Array {
  const random = createRandom(seed, "grains");
  const sum = new Float32Array(size * size);
  for (const [cell, strength] of [
    [2, 0.5],
    [5, 0.35],
    [16, 0.3],
  ] as const) {
    const cells = Math.ceil(size / cell);
    const values = Float32Array.from({ length: cells * cells }, () => random.between(-1, 1) * strength);
    for (let y = 0; y < size; y += 1) {
      for (let x = 0; x < size; x += 1) {
        const value = values[Math.floor(y / cell) * cells + Math.floor(x / cell)] ?? 0;
        sum[y * size + x] = (sum[y * size + x] ?? 0) + value;
      }
    }
  }
  return sum;
}

/** Two box blurs, which approximate a Gaussian blur. */
function blur({ size, bytes }: Bitmap, radius: number): Uint8Array {
  if (radius < 1) return bytes;
  const blurred = bytes.slice();
  const line = new Uint8Array(size + 2 * radius + 1);
  const row = size * 3;
  for (let pass = 0; pass < 2; pass += 1) {
    for (let lane = 0; lane < size; lane += 1) {
      for (let channel = 0; channel < 3; channel += 1) {
        blurLine(blurred, line, { start: lane * row + channel, step: 3, size, radius });
        blurLine(blurred, line, { start: lane * 3 + channel, step: row, size, radius });
      }
    }
  }
  return blurred;
}

/** @param line buffer for the line and its padding, which repeats the end pixels. */
function blurLine(
  bytes: Uint8Array,
  line: Uint8Array,
  at: { readonly start: number; readonly step: number; readonly size: number; readonly radius: number },
): void {
  const { start, step, size, radius } = at;
  line.fill(bytes[start] ?? 0, 0, radius);
  for (let index = 0; index < size; index += 1) line[radius + index] = bytes[start + index * step] ?? 0;
  line.fill(bytes[start + (size - 1) * step] ?? 0, radius + size);
  const width = 2 * radius + 1;
  let sum = 0;
  for (let index = 0; index < width; index += 1) sum += line[index] ?? 0;
  for (let index = 0; index < size; index += 1) {
    bytes[start + index * step] = sum / width;
    sum += (line[index + width] ?? 0) - (line[index] ?? 0);
  }
}
