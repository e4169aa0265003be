import { type Canvas, lengthOf, smoothStep, unit } from "./canvas.js";
import { blend, type Color, createGradient, mix, scale } from "./color.js";
import { cloudNoise } from "./noise.js";
import type { Palette } from "./palettes.js";
import { createRandom } from "./random.js";

/** A sun, a moon or a planet. Positions and sizes are fractions of the image's width. */
export interface Luminary {
  readonly kind: "sun" | "moon" | "crescent";
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

/** Paints the sky from the zenith to the horizon, brighter around the luminary. */
export function paintSky(
  canvas: Canvas,
  palette: Palette,
  horizon: number,
  luminary: Luminary | null,
  seed: number,
): void {
  const { size } = canvas;
  const gradient = createGradient(palette.sky);
  const random = createRandom(seed, "sky");
  const [driftX, driftY] = [random.next(), random.next()];
  const glow = luminary === null ? null : glowOf(palette, luminary);
  // The ground covers the sky below the horizon, except for gaps between hills.
  const end = Math.min(Math.ceil((horizon + 0.12) * size), size);
  for (let y = 0; y < end; y += 1) {
    const height = (y + 0.5) / size;
    const toHorizon = Math.max(height - horizon, 0);
    for (let x = 0; x < size; x += 1) {
      const across = (x + 0.5) / size;
      // A little noise keeps the sky from looking like a gradient.
      const drift = (cloudNoise(across * 0.35 + driftX, height * 0.5 + driftY) - 0.5) * 0.16;
      const pixel = y * size + x;
      canvas.over(pixel, gradient(unit(height / horizon + drift) - toHorizon * 0.2), 1);
      if (glow === null || luminary === null) continue;
      const dx = across - luminary.x;
      const dy = height - luminary.y;
      const wide = 1 / (1 + (dx * dx * 0.55 + dy * dy) / (glow.reach * glow.reach));
      canvas.add(pixel, glow.color, glow.strength * wide * wide);
      const tight = 1 / (1 + (dx * dx + dy * dy) / (luminary.radius * luminary.radius * 2.2));
      canvas.add(pixel, palette.light, glow.strength * 0.9 * tight * tight * tight);
    }
  }
}

function glowOf(palette: Palette, luminary: Luminary): { color: Color; strength: number; reach: number } {
  const isSun = luminary.kind === "sun";
  return {
    color: mix(palette.light, palette.sky[3], isSun ? 0.45 : 0.3),
    strength: isSun ? 0.5 : 0.2,
    reach: isSun ? 0.3 : 0.2,
  };
}

/** Paints the disc of a sun or a moon. */
export function paintLuminary(canvas: Canvas, palette: Palette, luminary: Luminary, seed: number): void {
  const { size } = canvas;
  const radius = luminary.radius * size;
  const [centerX, centerY] = [luminary.x * size, luminary.y * size];
  const random = createRandom(seed, "luminary");
  const [u, v] = [random.next(), random.next()];
  const isSun = luminary.kind === "sun";
  const bright = scale(palette.light, isSun ? 1.5 : 1.05);
  const mare = mix(palette.light, palette.sky[1], 0.45);
  const bite = luminary.kind === "crescent" ? { x: centerX + radius * 0.42, y: centerY - radius * 0.22 } : null;
  const area = {
    left: centerX - radius - 1,
    right: centerX + radius + 1,
    top: centerY - radius - 1,
    bottom: centerY + radius + 1,
  };
  canvas.eachPixel(area, (pixel, x, y) => {
    const distance = lengthOf(x - centerX, y - centerY);
    let cover = unit(radius - distance + 0.5);
    if (bite !== null) cover *= unit(lengthOf(x - bite.x, y - bite.y) - radius * 0.92 + 0.5);
    if (cover <= 0) return;
    if (isSun) return canvas.over(pixel, bright, cover);
    const plane = smoothStep(0.5, 0.7, cloudNoise(u + (x - centerX) / radius / 7, v + (y - centerY) / radius / 7));
    canvas.over(pixel, bright, cover);
    canvas.over(pixel, mare, cover * plane * 0.5 + cover * 0.22 * (distance / radius) ** 4);
  });
}

/** Paints stars above the horizon, fewer towards it. */
export function paintStars(canvas: Canvas, palette: Palette, horizon: number, amount: number, seed: number): void {
  const random = createRandom(seed, "stars");
  const { size } = canvas;
  const count = Math.round(420 * amount);
  for (let index = 0; index < count; index += 1) {
    const x = random.next() * size;
    const y = random.next() ** 1.25 * horizon * size;
    const magnitude = random.next() ** 7;
    const tint = mix(palette.light, random.pick(palette.accents), random.next() * 0.5);
    const fade = 1 - (y / size / horizon) ** 3;
    const radius = Math.max((0.0011 + 0.0019 * magnitude) * size, 0.55);
    const light = (0.16 + 0.95 * magnitude) * fade * amount ** 0.5;
    canvas.eachPixel(
      { left: x - radius * 3, right: x + radius * 3, top: y - radius * 3, bottom: y + radius * 3 },
      (pixel, px, py) => {
        const far = ((px - x) ** 2 + (py - y) ** 2) / (radius * radius);
        canvas.add(pixel, tint, light * Math.exp(-far));
      },
    );
  }
}

/** Paints clouds with light from the luminary's side, flatter and smaller towards the horizon. */
export function paintClouds(
  canvas: Canvas,
  palette: Palette,
  sky: { readonly horizon: number; readonly amount: number; readonly luminary: Luminary | null },
  seed: number,
): void {
  const { horizon, amount, luminary } = sky;
  const random = createRandom(seed, "clouds");
  const [u, v] = [random.next(), random.next()];
  const [lightX, lightY] = luminary === null ? [0.5, 0] : [luminary.x, luminary.y];
  const lit = mix(palette.light, palette.sky[3], 0.35);
  const shade = mix(palette.sky[1], palette.far, 0.35);
  const { size } = canvas;
  canvas.eachPixel({ left: 0, top: 0, right: size, bottom: horizon * size }, (pixel, x, y) => {
    const across = x / size;
    const height = y / size;
    // Perspective of a cloud layer: near overhead, small in the distance.
    const depth = 0.55 / (1.12 * horizon - height + 0.12);
    const cu = u + (across - 0.5) * depth * 0.42;
    const cv = v + depth * 0.62;
    const bend = cloudNoise(cu * 1.7 + 0.3, cv * 1.7) * 0.11;
    const density = cloudNoise(cu + bend, cv + bend * 0.6) * 0.74 + cloudNoise(cu * 3.1, cv * 3.1 + 0.4) * 0.26;
    const threshold = 0.66 - 0.3 * amount;
    const cover = smoothStep(threshold, threshold + 0.24, density);
    if (cover <= 0) return;
    const towards = cloudNoise(cu + bend + (lightX - across) * 0.035, cv + bend * 0.6 + (height - lightY) * 0.035);
    const shine = unit(0.55 + (density - towards) * 2.4 - cover * 0.25);
    const near = luminary === null ? 0 : 1 / (1 + ((across - lightX) ** 2 + (height - lightY) ** 2) * 14);
    const fade = smoothStep(horizon, horizon * 0.72, height) * 0.25 + 0.6;
    canvas.over(pixel, blend(shade, lit, shine), cover * fade * (0.55 + 0.35 * shine));
    canvas.add(pixel, palette.light, cover * near * 0.16);
  });
}
