import type { Canvas } from "./canvas.js";
import { createRandom } from "./random.js";

/** A square image with 8 bits per channel: red, green, blue of each pixel, row by row. */
export interface Bitmap {
  readonly size: number;
  readonly bytes: Uint8Array;
}

/** Strength of each effect, from 0 to 1. */
export interface Finish {
  /** Glow around bright light. */
  readonly bloom: number;
  readonly grain: number;
  readonly vignette: number;
}

/** Converts linear light to a bitmap, with bloom, a soft shoulder for highlights, vignette and grain. */
export function finish(canvas: Canvas, { bloom, grain, vignette }: Finish, seed: number): Bitmap {
  const { size, light } = canvas;
  if (bloom > 0) addBloom(canvas, bloom);
  const random = createRandom(seed, "grain");
  const bytes = new Uint8Array(light.length);
  const curve = toneCurve();
  let at = 0;
  for (let y = 0; y < size; y += 1) {
    const dy = (2 * y) / size - 1;
    for (let x = 0; x < size; x += 1) {
      const dx = (2 * x) / size - 1;
      const off = (dx * dx + dy * dy) * 0.5;
      const dim = 1 - vignette * off * off;
      // One random number gives two: its upper and its lower half.
      const number = random.next() * 65_536;
      const upper = Math.floor(number);
      const lower = number - upper;
      const speck = (upper / 65_536 + lower - 1) * grain * 7 + lower;
      for (let channel = 0; channel < 3; channel += 1) {
        const value = Math.min((light[at] ?? 0) * dim, 1.999) * 2048;
        bytes[at] = Math.min(Math.max((curve[value | 0] ?? 255) + speck, 0), 255);
        at += 1;
      }
    }
  }
  return { size, bytes };
}

/** Maps light from 0 to 2, in steps of 1/2048, to sRGB from 0 to 255. Light above 0.7 is compressed. */
let cachedCurve: Float32Array | null = null;
function toneCurve(): Float32Array {
  cachedCurve ??= Float32Array.from({ length: 4096 }, (_, index) => {
    const light = (index + 0.5) / 2048;
    const soft = light < 0.7 ? light : 0.7 + 0.3 * (1 - Math.exp((0.7 - light) / 0.3));
    return 255 * (soft <= 0.0031308 ? soft * 12.92 : 1.055 * soft ** (1 / 2.4) - 0.055) - 0.5;
  });
  return cachedCurve;
}

/** Adds a glow around bright light, computed at a quarter of the size because it is soft. */
function addBloom(canvas: Canvas, strength: number): void {
  const { size, light } = canvas;
  const small = Math.ceil(size / 4);
  const [reds, greens, blues] = shrinkBright(light, size, small);
  for (const plane of [reds, greens, blues]) {
    for (let pass = 0; pass < 3; pass += 1) boxBlur(plane, small, Math.max(Math.round(small / 26), 1));
  }
  for (let y = 0; y < size; y += 1) {
    const top = Math.min(Math.max(y / 4 - 0.375, 0), small - 1.001);
    const row = Math.floor(top);
    const alongY = (top - row) * strength;
    const upper = strength - alongY;
    for (let x = 0; x < size; x += 1) {
      const left = Math.min(Math.max(x / 4 - 0.375, 0), small - 1.001);
      const column = Math.floor(left);
      const alongX = left - column;
      const from = row * small + column;
      const one = upper * (1 - alongX);
      const two = upper * alongX;
      const three = alongY * (1 - alongX);
      const four = alongY * alongX;
      const at = (y * size + x) * 3;
      const glow = (plane: Float32Array): number =>
        (plane[from] ?? 0) * one +
        (plane[from + 1] ?? 0) * two +
        (plane[from + small] ?? 0) * three +
        (plane[from + small + 1] ?? 0) * four;
      light[at] = (light[at] ?? 0) + glow(reds);
      light[at + 1] = (light[at + 1] ?? 0) + glow(greens);
      light[at + 2] = (light[at + 2] ?? 0) + glow(blues);
    }
  }
}

/** Extracts the light above the threshold as red, green and blue planes, at a quarter of the size. */
function shrinkBright(light: Float32Array, size: number, small: number): [Float32Array, Float32Array, Float32Array] {
  const planes: [Float32Array, Float32Array, Float32Array] = [
    new Float32Array(small * small),
    new Float32Array(small * small),
    new Float32Array(small * small),
  ];
  for (const [channel, plane] of planes.entries()) {
    for (let y = 0; y < size; y += 1) {
      const row = (y >> 2) * small;
      for (let x = 0; x < size; x += 1) {
        const value = (light[(y * size + x) * 3 + channel] ?? 0) - 0.55;
        if (value > 0) plane[row + (x >> 2)] = (plane[row + (x >> 2)] ?? 0) + Math.min(value, 1.5) / 16;
      }
    }
  }
  return planes;
}

function boxBlur(plane: Float32Array, size: number, radius: number): void {
  const line = new Float32Array(size);
  for (const [along, across] of [
    [1, size],
    [size, 1],
  ] as const) {
    for (let lane = 0; lane < size; lane += 1) {
      const start = lane * across;
      let sum = 0;
      for (let index = -radius; index < size + radius; index += 1) {
        if (index + radius < size) sum += plane[start + (index + radius) * along] ?? 0;
        if (index - radius - 1 >= 0) sum -= plane[start + (index - radius - 1) * along] ?? 0;
        if (index >= 0 && index < size) line[index] = sum / (2 * radius + 1);
      }
      for (let index = 0; index < size; index += 1) plane[start + index * along] = line[index] ?? 0;
    }
  }
}
