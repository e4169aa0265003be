import { type Canvas, smoothStep, unit } from "./canvas.js";
import { type Color, mix } from "./color.js";
import { cloudNoise } from "./noise.js";
import { createRandom } from "./random.js";
import type { Luminary } from "./sky.js";

/** A mirroring surface. */
export interface Water {
  /** Upper edge, from 0 (top of the image) to 1. The lower edge is `end`. */
  readonly shore: number;
  readonly end?: number;
  /** Its own color, visible at steep angles. */
  readonly color: Color;
  /** From 0 (a mirror) to 1 (a rough sea). */
  readonly roughness: number;
  readonly luminary: Luminary | null;
  readonly light: Color;
}

/** Fills the area below the shore with the mirrored image above it. */
export function paintWater(canvas: Canvas, water: Water, seed: number): void {
  const { size, light } = canvas;
  const { shore, color, roughness, luminary, end = 1 } = water;
  const above = light.slice();
  const random = createRandom(seed, "water");
  const [u, v] = [random.next(), random.next()];
  const top = Math.round(shore * size);
  const bottom = Math.round(end * size);
  const glint = mix(water.light, { r: 1, g: 1, b: 1 }, 0.3);
  for (let y = top; y < bottom; y += 1) {
    const near = (y + 0.5 - top) / (size * (1 - shore));
    // Perspective: distant waves are lower and closer together.
    const depth = 1 / (near + 0.09);
    const swing = (0.004 + 0.05 * near) * (0.25 + roughness) * size;
    for (let x = 0; x < size; x += 1) {
      const across = (x / size - 0.5) * depth;
      const wave = cloudNoise(u + across * 0.16, v + depth * 1.5) - 0.5;
      const ripple = cloudNoise(u + across * 0.5 + 0.37, v + depth * 4.3) - 0.5;
      const mirrored = top - (y - top) * (1 - 0.1 * roughness) - 1 + (wave * 1.3 + ripple) * swing;
      const fromY = Math.min(Math.max(Math.round(mirrored), 0), top - 1);
      const fromX = Math.min(Math.max(Math.round(x + ripple * swing * 0.8), 0), size - 1);
      const from = (fromY * size + fromX) * 3;
      const pixel = y * size + x;
      const at = pixel * 3;
      for (let channel = 0; channel < 3; channel += 1) light[at + channel] = above[from + channel] ?? 0;
      const crest = smoothStep(-0.1, 0.3, wave + ripple * 0.6);
      canvas.over(pixel, color, unit(0.16 + 0.42 * near + roughness * 0.22 * (1 - crest)));
      canvas.add(pixel, water.light, 0.05 * roughness * crest * (1 - near * 0.5));
      if (luminary === null) continue;
      const spread = 0.02 + luminary.radius * 0.7 + near * (0.05 + 0.12 * roughness);
      const off = (x / size - luminary.x) / spread;
      const path = Math.exp(-off * off);
      if (path < 0.02) continue;
      const spark = smoothStep(0.08, 0.3, wave * 0.6 + ripple + path * 0.12 - 0.05);
      canvas.add(pixel, glint, path * (0.06 + spark * 0.75) * (luminary.kind === "sun" ? 1 : 0.6));
    }
  }
  paintShoreLine(canvas, top, mix(color, water.light, 0.55));
}

function paintShoreLine(canvas: Canvas, top: number, color: Color): void {
  const { size } = canvas;
  const reach = Math.max(size / 170, 1.5);
  canvas.overArea(
    { left: 0, right: size, top: top - 1, bottom: top + reach },
    color,
    (_, y) => 0.5 * unit(1 - Math.abs(y - top) / reach),
  );
}
