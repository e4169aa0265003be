import type { Canvas } from "./canvas.js";
import { createRandom } from "./random.js";

/** A square picture of 8 bits a channel: red, green, blue of each pixel, row by row. */
export interface Bitmap {
  readonly size: number;
  readonly bytes: Uint8Array;
}

/** How a picture is finished, each from 0 to 1. */
export interface Finish {
  /** How far bright light spreads. */
  readonly bloom: number;
  readonly grain: number;
  readonly vignette: number;
}

/** Turns light into a picture: bloom, a soft shoulder for what is too bright, vignette, grain. */
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
      const speck = (random.next() + random.next() - 1) * grain * 7 + random.next();
      for (let channel = 0; channel < 3; channel += 1) {
        const value = Math.min((light[at] ?? 0) * dim, 1.999) * 2048;
        bytes[at] = Math.min(Math.max((curve[value | 0] ?? 255) + speck, 0), 255);
        at += 1;
      }
    }
  }
  return { size, bytes };
}

/** From light 0 to 2, in steps of 1/2048, to 0 to 255: sRGB, with a shoulder above three quarters. */
let cachedCurve: Float32Array | null = null;
function toneCurve(): Float32Array {
  cachedCurve ??= Float32Array.from({ length: 4096 }, (_, index) => {
    const light = (index + 0.5) / 2048;
    const soft = light < 0.7 ? light : 0.7 + 0.3 * (1 - Math.exp((0.7 - light) / 0.3));
    return 255 * (soft <= 0.0031308 ? soft * 12.92 : 1.055 * soft ** (1 / 2.4) - 0.055) - 0.5;
  });
  return cachedCurve;
}

/** Lets what is bright shine over its neighbors. Worked out at a quarter of the size: it is soft anyway. */
function addBloom(canvas: Canvas, strength: number): void {
  const { size, light } = canvas;
  const small = Math.ceil(size / 4);
  const planes = [0, 1, 2].map((channel) => {
    const plane = shrinkBright(light, size, small, channel);
    const radius = Math.max(Math.round(small / 26), 1);
    for (let pass = 0; pass < 3; pass += 1) boxBlur(plane, small, radius);
    return plane;
  });
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const at = (y * size + x) * 3;
      for (let channel = 0; channel < 3; channel += 1) {
        const plane = planes[channel];
        if (plane === undefined) continue;
        light[at + channel] =
          (light[at + channel] ?? 0) + strength * sample(plane, small, x / 4 - 0.375, y / 4 - 0.375);
      }
    }
  }
}

function shrinkBright(light: Float32Array, size: number, small: number, channel: number): Float32Array {
  const plane = new Float32Array(small * small);
  for (let y = 0; y < size; y += 1) {
    const row = (y >> 2) * small;
    for (let x = 0; x < size; x += 1) {
      const value = (light[(y * size + x) * 3 + channel] ?? 0) - 0.55;
      if (value > 0) plane[row + (x >> 2)] = (plane[row + (x >> 2)] ?? 0) + Math.min(value, 1.5) / 16;
    }
  }
  return plane;
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

function sample(plane: Float32Array, size: number, x: number, y: number): number {
  const left = Math.min(Math.max(x, 0), size - 1.001);
  const top = Math.min(Math.max(y, 0), size - 1.001);
  const column = left | 0;
  const row = top | 0;
  const alongX = left - column;
  const alongY = top - row;
  const at = row * size + column;
  const upper = (plane[at] ?? 0) * (1 - alongX) + (plane[at + 1] ?? 0) * alongX;
  const lower = (plane[at + size] ?? 0) * (1 - alongX) + (plane[at + size + 1] ?? 0) * alongX;
  return upper * (1 - alongY) + lower * alongY;
}
