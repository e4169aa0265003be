import { type Canvas, lengthOf, smoothStep, unit } from "../canvas.js";
import { type Color, createGradient, mix } from "../color.js";
import type { ImagePlan, Stage } from "../image-plan.js";
import { cloudNoise, createLineNoise } from "../noise.js";
import { fillOutline } from "../outline.js";
import { createRandom } from "../random.js";
import { createRidge, type Edge, paintGround, ridgeColor } from "../terrain.js";
import { paintDisc } from "../trees.js";

/** Paints the sea from below, with light from above, rocks, weeds, a shoal of fish and bubbles. */
export function paintUnderwater(canvas: Canvas, plan: ImagePlan): Stage {
  const { palette, seed } = plan;
  const { size } = canvas;
  const water = createGradient([
    mix(palette.sky[2], palette.light, 0.55),
    palette.sky[1],
    palette.sky[0],
    mix(palette.sky[0], palette.near, 0.75),
  ]);
  const random = createRandom(seed, "deep");
  const [u, v] = [random.next(), random.next()];
  const sunX = random.between(0.3, 0.7);
  const noise = createLineNoise(seed, "rays");
  canvas.eachPixel(canvas.area, (pixel, px, py) => {
    const [x, y] = [px / size, py / size];
    const drift = cloudNoise(u + x * 0.5, v + y * 0.5) - 0.5;
    const off = lengthOf((x - sunX) * 0.75, y);
    canvas.over(pixel, water(unit(off * 0.92 + drift * 0.1)), 1);
    const ray = (x - sunX) / (y + 0.35);
    const beam = unit(noise(ray * 9 + 60) * 0.9 + noise(ray * 23 + 20) * 0.4 + 0.1);
    canvas.add(
      pixel,
      palette.light,
      beam * beam * 0.3 * smoothStep(0.9, 0.05, y) * smoothStep(0.75, 0, Math.abs(x - sunX)),
    );
  });
  let front: Edge = new Float32Array(size);
  for (let layer = 0; layer < 3; layer += 1) {
    const form = {
      base: 0.86 + layer * 0.055,
      rise: 0.26 - layer * 0.075,
      hills: 2 + layer * 0.5,
      sharpness: 0.45,
      octaves: 5,
    };
    front = createRidge(size, form, seed, `rocks ${layer}`);
    const color = ridgeColor(palette.sky[1], palette.sky[0], palette.near, 0.3 + layer * 0.3);
    paintGround(canvas, front, { top: color, bottom: mix(color, palette.near, 0.5), reach: 0.3 }, seed);
    paintWeeds(
      canvas,
      {
        front,
        color: mix(color, palette.accents[layer] ?? palette.far, 0.3 + layer * 0.15),
        height: 0.1 + layer * 0.07,
      },
      seed + layer,
    );
  }
  paintShoal(canvas, plan);
  paintBubbles(canvas, plan);
  return { x: sunX > 0.5 ? 0.4 : 0.6, y: 0.62, height: 0.3, isBacklit: false };
}

function paintWeeds(
  canvas: Canvas,
  weeds: { readonly front: Edge; readonly color: Color; readonly height: number },
  seed: number,
): void {
  const { size } = canvas;
  const random = createRandom(seed, "weeds");
  for (let index = 0; index < 22; index += 1) {
    const x = random.next();
    const y = (weeds.front[Math.floor(x * size)] ?? size) / size + 0.02;
    const height = weeds.height * random.between(0.4, 1);
    const phase = random.next() * 6;
    const half = height * 0.055 + 0.002;
    const left: { x: number; y: number }[] = [];
    const right: { x: number; y: number }[] = [];
    for (let step = 0; step <= 12; step += 1) {
      const up = step / 12;
      const middle = x + Math.sin(up * 5 + phase) * height * 0.12 * up;
      const wide = half * (1 - up ** 2) * (0.8 + 0.35 * Math.sin(up * 26 + phase));
      left.push({ x: (middle - wide) * size, y: (y - height * up) * size });
      right.unshift({ x: (middle + wide) * size, y: (y - height * up) * size });
    }
    fillOutline(canvas, [[...left, ...right]], mix(weeds.color, { r: 0, g: 0, b: 0 }, random.between(0, 0.25)));
  }
}

function paintShoal(canvas: Canvas, { palette, seed }: ImagePlan): void {
  const { size } = canvas;
  const random = createRandom(seed, "shoal");
  const side = random.chance(0.5) ? 1 : -1;
  const center = { x: random.between(0.3, 0.7), y: random.between(0.28, 0.42) };
  for (let index = 0; index < 34; index += 1) {
    const spread = random.next() ** 0.7;
    const angle = random.next() * 2 * Math.PI;
    const x = (center.x + Math.cos(angle) * spread * 0.24) * size;
    const y = (center.y + Math.sin(angle) * spread * 0.085) * size;
    const length = random.between(0.012, 0.022) * size * side;
    const color = mix(random.pick(palette.accents), palette.sky[1], random.between(0.1, 0.5));
    const fish = [
      [1, 0],
      [0.55, -0.26],
      [0, -0.3],
      [-0.5, -0.1],
      [-1, -0.36],
      [-0.85, 0],
      [-1, 0.36],
      [-0.5, 0.1],
      [0, 0.28],
      [0.55, 0.24],
    ];
    fillOutline(
      canvas,
      [fish.map(([dx = 0, dy = 0]) => ({ x: x + dx * length, y: y + dy * Math.abs(length) }))],
      color,
    );
  }
}

function paintBubbles(canvas: Canvas, { palette, seed }: ImagePlan): void {
  const { size } = canvas;
  const random = createRandom(seed, "bubbles");
  for (let index = 0; index < 26; index += 1) {
    const x = random.next() * size;
    const y = random.next() * size;
    const radius = (0.002 + 0.009 * random.next() ** 3) * size;
    paintDisc(canvas, x, y, radius, palette.light, 0.14);
    canvas.overArea(
      { left: x - radius, right: x + radius, top: y - radius, bottom: y + radius },
      palette.light,
      (px, py) => {
        const away = lengthOf(px - x, py - y);
        return 0.45 * unit(1 - Math.abs(away - radius * 0.88) / Math.max(radius * 0.14, 0.7));
      },
    );
    paintDisc(canvas, x - radius * 0.35, y - radius * 0.35, radius * 0.22, palette.light, 0.7);
  }
}
