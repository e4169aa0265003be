import { type Canvas, lengthOf, smoothStep, unit } from "./canvas.js";
import { adjust, mix } from "./color.js";
import type { ImagePlan } from "./image-plan.js";
import { createLineNoise } from "./noise.js";
import { fillOutline } from "./outline.js";
import { createRandom } from "./random.js";
import { paintDisc, paintGlow } from "./trees.js";

/** Paints curtains of northern light over the sky. */
export function paintAurora(canvas: Canvas, plan: ImagePlan, horizon: number): void {
  const { palette, seed } = plan;
  const { size } = canvas;
  const random = createRandom(seed, "aurora");
  for (let curtain = 0; curtain < 3; curtain += 1) {
    const path = createLineNoise(seed, `curtain ${curtain}`);
    const folds = createLineNoise(seed, `folds ${curtain}`);
    const start = random.between(0, 100);
    const foot = palette.accents[0];
    const crown = palette.accents[2] ?? foot;
    const base = horizon * random.between(0.58, 0.86);
    const tall = random.between(0.22, 0.38);
    for (let x = 0; x < size; x += 1) {
      const across = x / size;
      const hem = base + path(start + across * 1.5) * 0.16 + path(start + across * 4.2) * 0.03;
      const bright =
        unit(0.45 + folds(start + across * 7) * 0.5 + folds(start + across * 31) * 0.35) *
        unit(0.5 + path(start + across * 2 + 9));
      if (bright < 0.02) continue;
      for (let y = 0; y < Math.min((hem + 0.03) * size, size); y += 1) {
        const up = (hem - y / size) / tall;
        const veil = up < 0 ? smoothStep(-0.09, 0, up) : Math.exp(-up * 2.3) * smoothStep(2.2, 0.6, up);
        if (veil < 0.01) continue;
        const pixel = y * size + x;
        canvas.add(pixel, foot, veil * bright * 0.62 * (1 - unit(up) * 0.7));
        canvas.add(pixel, crown, veil * bright * 0.5 * unit(up * 1.1));
      }
    }
  }
}

/** Paints snow, rain, petals or fireflies in front of the scene. */
export function paintWeather(canvas: Canvas, plan: ImagePlan): void {
  const paints = { snow: paintSnow, rain: paintRain, petals: paintPetals, fireflies: paintFireflies };
  if (plan.weather !== null) paints[plan.weather](canvas, plan);
}

function paintSnow(canvas: Canvas, { palette, seed }: ImagePlan): void {
  const { size } = canvas;
  const random = createRandom(seed, "snow");
  const flake = mix(palette.light, { r: 1, g: 1, b: 1 }, 0.6);
  for (let index = 0; index < 260; index += 1) {
    const nearness = random.next() ** 3;
    const radius = (0.0016 + 0.0065 * nearness) * size;
    const [x, y] = [random.next() * size, random.next() * size];
    // Near flakes are out of focus.
    const soft = nearness > 0.5 ? 1.7 : 1.1;
    const opacity = (0.85 - 0.4 * nearness) / soft;
    const reach = radius * soft + 1;
    canvas.overArea({ left: x - reach, right: x + reach, top: y - reach, bottom: y + reach }, flake, (px, py) => {
      const away = lengthOf(px - x, py - y) / (radius * soft);
      return opacity * smoothStep(1.05, nearness > 0.5 ? 0.35 : 0.7, away);
    });
  }
}

function paintRain(canvas: Canvas, { palette, seed }: ImagePlan): void {
  const { size } = canvas;
  const random = createRandom(seed, "rain");
  const color = mix(palette.light, palette.haze, 0.5);
  const slant = random.between(0.1, 0.24) * (random.chance(0.5) ? 1 : -1);
  for (let index = 0; index < 420; index += 1) {
    const nearness = random.next() ** 2;
    const length = (0.02 + 0.055 * nearness) * size;
    const half = Math.max((0.0005 + 0.0007 * nearness) * size, 0.32);
    const [x, y] = [random.between(-0.1, 1.1) * size, random.between(-0.1, 1) * size];
    const points = [
      { x: x - half, y },
      { x: x + half, y },
      { x: x + slant * length + half, y: y + length },
      { x: x + slant * length - half, y: y + length },
    ];
    fillOutline(canvas, [points], color, 0.16 + 0.22 * nearness);
  }
}

function paintPetals(canvas: Canvas, { palette, seed }: ImagePlan): void {
  const { size } = canvas;
  const random = createRandom(seed, "petals");
  for (let index = 0; index < 70; index += 1) {
    const radius = (0.0035 + 0.009 * random.next() ** 3) * size;
    const [x, y, angle] = [random.next() * size, random.next() * size, random.next() * Math.PI];
    const squeeze = random.between(0.35, 0.75);
    const color = adjust(random.pick(palette.accents), { light: random.between(-0.04, 0.06) });
    const points = Array.from({ length: 14 }, (_, step) => {
      const turn = (step / 14) * 2 * Math.PI;
      const [dx, dy] = [Math.cos(turn) * radius * (1 + 0.25 * Math.cos(turn)), Math.sin(turn) * radius * squeeze];
      return { x: x + dx * Math.cos(angle) - dy * Math.sin(angle), y: y + dx * Math.sin(angle) + dy * Math.cos(angle) };
    });
    fillOutline(canvas, [points], color, 0.9);
  }
}

function paintFireflies(canvas: Canvas, { palette, seed }: ImagePlan): void {
  const { size } = canvas;
  const random = createRandom(seed, "fireflies");
  const color = mix(palette.light, { r: 1, g: 0.75, b: 0.25 }, 0.55);
  for (let index = 0; index < 46; index += 1) {
    const [x, y] = [random.next() * size, random.between(0.4, 0.98) * size];
    const radius = (0.0014 + 0.0022 * random.next()) * size;
    paintGlow(canvas, x, y, radius * 9, color, 0.45);
    paintDisc(canvas, x, y, radius, { r: 1.6, g: 1.35, b: 0.8 }, 1);
  }
}
