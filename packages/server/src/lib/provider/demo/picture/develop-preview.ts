import type { Bitmap } from "./finish.js";
import { createRandom } from "./random.js";

/** Width and height of a preview in pixels. */
export const previewSize = 160;

/**
 * Shows how far a picture has developed: at first grains of color in the red light of a darkroom, then shapes, then
 * edges.
 *
 * @param picture the finished picture, small.
 * @param share how far it is, from 0 to 1.
 * @param seed of the grains; they stay where they are while the picture comes through.
 */
export function developPreview(picture: Bitmap, share: number, seed: number): Bitmap {
  const { size } = picture;
  const missing = 1 - Math.min(Math.max(share, 0), 1);
  const soft = blur(picture, Math.round(missing ** 1.4 * size * 0.085));
  const noise = grains(size, seed);
  const mean = meanOf(picture);
  const cloak = 0.94 * missing ** 1.6;
  const redness = missing ** 1.9;
  const bytes = new Uint8Array(soft.length);
  for (let at = 0; at < soft.length; at += 3) {
    const grain = noise[at / 3] ?? 0;
    const light = luminance(soft, at) * (1 - cloak) + (mean.light * 0.75 + grain * 62) * cloak;
    for (let channel = 0; channel < 3; channel += 1) {
      const tint = noise[((at / 3) * 7 + channel * 5_003) % noise.length] ?? 0;
      const noisy = (mean.color[channel] ?? 0) + grain * 58 + tint * 34;
      const seen = (soft[at + channel] ?? 0) * (1 - cloak) + noisy * cloak;
      const red = light * (safelight[channel] ?? 0) + (channel === 0 ? 26 : 4);
      bytes[at + channel] = Math.min(Math.max(seen * (1 - redness) + red * redness, 0), 255);
    }
  }
  return { size, bytes };
}

/** What a darkroom's lamp leaves of each channel. */
const safelight = [0.78, 0.15, 0.09];

function luminance(bytes: Uint8Array, at: number): number {
  return 0.3 * (bytes[at] ?? 0) + 0.59 * (bytes[at + 1] ?? 0) + 0.11 * (bytes[at + 2] ?? 0);
}

function meanOf({ bytes }: Bitmap): { readonly color: readonly number[]; readonly light: number } {
  const sum = [0, 0, 0];
  for (let at = 0; at < bytes.length; at += 1) sum[at % 3] = (sum[at % 3] ?? 0) + (bytes[at] ?? 0);
  const color = sum.map((value) => (value * 3) / bytes.length);
  return { color, light: 0.3 * (color[0] ?? 0) + 0.59 * (color[1] ?? 0) + 0.11 * (color[2] ?? 0) };
}

/** Grains of several sizes, from -1 to 1. Those of one pixel are left out: they would not compress. */
function grains(size: number, seed: number): Float32Array {
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

/** Two box blurs, which look like a round one. */
function blur({ size, bytes }: Bitmap, radius: number): Uint8Array {
  if (radius < 1) return bytes;
  const blurred = bytes.slice();
  const line = new Uint8Array(size);
  const row = size * 3;
  for (let pass = 0; pass < 2; pass += 1) {
    for (let lane = 0; lane < size; lane += 1) {
      for (let channel = 0; channel < 3; channel += 1) {
        blurLine(blurred, line, { start: lane * row + channel, step: 3, radius });
        blurLine(blurred, line, { start: lane * 3 + channel, step: row, radius });
      }
    }
  }
  return blurred;
}

function blurLine(
  bytes: Uint8Array,
  line: Uint8Array,
  { start, step, radius }: { readonly start: number; readonly step: number; readonly radius: number },
): void {
  const last = line.length - 1;
  const valueAt = (index: number): number => bytes[start + Math.min(Math.max(index, 0), last) * step] ?? 0;
  let sum = 0;
  for (let index = -radius; index <= radius; index += 1) sum += valueAt(index);
  for (let index = 0; index <= last; index += 1) {
    line[index] = sum / (2 * radius + 1);
    sum += valueAt(index + radius + 1) - valueAt(index - radius);
  }
  for (let index = 0; index <= last; index += 1) bytes[start + index * step] = line[index] ?? 0;
}
