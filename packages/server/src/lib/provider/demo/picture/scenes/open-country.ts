import { type Canvas, smoothStep, unit } from "../canvas.js";
import { adjust, type Color, mix, scale } from "../color.js";
import { cloudNoise } from "../noise.js";
import { fillOutline } from "../outline.js";
import type { PicturePlan, Stage } from "../plan.js";
import { createRandom, type Random } from "../random.js";
import { createRidge, type Edge, paintGround, paintMist, ridgeColor } from "../terrain.js";
import { paintDisc, paintGrass, paintPalm } from "../trees.js";
import { paintWater } from "../water.js";
import { paintRanges, paintTreeRow } from "./highlands.js";

/** Paints rolling fields with a few trees on them, and flowers in front. */
export function paintMeadow(canvas: Canvas, plan: PicturePlan): Stage {
  const { palette, seed } = plan;
  const { size } = canvas;
  const horizon = 0.6;
  paintRanges(canvas, plan, horizon - 0.01);
  const green = mix(palette.accents[palette.accents.length - 1] ?? palette.near, palette.near, 0.35);
  let front: Edge = new Float32Array(size);
  for (let layer = 0; layer < 4; layer += 1) {
    const form = {
      base: horizon + 0.05 + layer * 0.085,
      rise: 0.09 - layer * 0.012,
      hills: 1.5,
      sharpness: 0,
      octaves: 2,
    };
    front = createRidge(size, form, seed, `field ${layer}`);
    const color = mix(mix(palette.haze, green, 0.35 + layer * 0.2), palette.near, layer * 0.09);
    paintGround(
      canvas,
      front,
      { top: mix(color, palette.light, 0.28 - layer * 0.05), bottom: mix(color, palette.near, 0.3), reach: 0.14 },
      seed,
    );
    if (layer < 3)
      paintTreeRow(canvas, plan, front, {
        count: 9 - layer * 2,
        height: 0.05 + layer * 0.035,
        haze: 0.45 - layer * 0.16,
      });
    if (layer < 3)
      paintMist(
        canvas,
        { y: horizon + 0.09 + layer * 0.08, reach: 0.06, color: palette.haze, strength: 0.22 + 0.4 * plan.mist },
        seed + layer,
      );
  }
  const yAt = heightOf(front, size);
  const foot = mix(green, palette.near, 0.7);
  paintGrass(
    canvas,
    { y: yAt, height: 0.03, foot: mix(green, palette.near, 0.35), tip: mix(green, palette.light, 0.35), count: 380 },
    seed,
  );
  paintFlowers(canvas, plan, { y: yAt, foot });
  return { x: standAway(plan), y: yAt(standAway(plan)) + 0.03, height: 0.25, isBacklit: false };
}

function heightOf(edge: Edge, size: number): (x: number) => number {
  return (x) => (edge[Math.min(Math.max(Math.floor(x * size), 0), size - 1)] ?? size) / size;
}

/** Off the middle, on the side that the luminary leaves free. */
function standAway({ luminary, seed }: PicturePlan): number {
  const random = createRandom(seed, "stand");
  return luminary !== null && luminary.x > 0.5 ? random.between(0.3, 0.38) : random.between(0.62, 0.7);
}

/** Flowers by the hundred, small behind and large in front. */
function paintFlowers(
  canvas: Canvas,
  plan: PicturePlan,
  ground: { readonly y: (x: number) => number; readonly foot: Color },
): void {
  const { palette, seed } = plan;
  const { size } = canvas;
  const random = createRandom(seed, "flowers");
  const kinds = [random.pick(palette.accents), random.pick(palette.accents), palette.accents[0]];
  const count = 300;
  for (let index = 0; index < count; index += 1) {
    const nearness = (index / count) ** 1.4;
    const x = random.between(-0.02, 1.02);
    const y = ground.y(x) + (0.015 + nearness * (1.04 - ground.y(x)));
    const stem = (0.012 + 0.055 * nearness) * random.between(0.7, 1.2);
    const radius = (0.0022 + 0.0105 * nearness) * random.between(0.75, 1.15);
    const sway = stem * random.between(-0.25, 0.25);
    const half = 0.0005 + 0.0013 * nearness;
    const green = mix(
      palette.accents[palette.accents.length - 1] ?? palette.near,
      ground.foot,
      random.between(0.3, 0.8),
    );
    const points = [
      { x: x - half, y },
      { x: x + sway - half * 0.6, y: y - stem },
      { x: x + sway + half * 0.6, y: y - stem },
      { x: x + half, y },
    ];
    fillOutline(canvas, [points.map((point) => ({ x: point.x * size, y: point.y * size }))], green);
    const color = adjust(
      random.pick([kinds[0] ?? palette.light, kinds[1] ?? palette.light, kinds[2] ?? palette.light]),
      { light: random.between(-0.05, 0.05), turn: random.between(-8, 8) },
    );
    paintBlossom(
      canvas,
      { x: (x + sway) * size, y: (y - stem) * size, radius: radius * size },
      color,
      mix(palette.light, { r: 0.9, g: 0.55, b: 0.1 }, 0.6),
      random,
    );
  }
}

function paintBlossom(
  canvas: Canvas,
  at: { x: number; y: number; radius: number },
  color: Color,
  heart: Color,
  random: Random,
): void {
  const { x, y, radius } = at;
  if (radius < 2) {
    paintDisc(canvas, x, y, radius * 1.2, color, 1);
    return;
  }
  const turn = random.next() * Math.PI;
  const dark = scale(color, 0.72);
  for (let petal = 0; petal < 6; petal += 1) {
    const angle = turn + (petal / 6) * 2 * Math.PI;
    const [px, py] = [x + Math.cos(angle) * radius * 0.62, y + Math.sin(angle) * radius * 0.5];
    paintDisc(canvas, px, py, radius * 0.5, petal % 2 === 0 ? color : mix(color, dark, 0.5), 1);
  }
  paintDisc(canvas, x, y, radius * 0.34, heart, 1);
}

/** Paints dunes: long crests between light and shadow. */
export function paintDesert(canvas: Canvas, plan: PicturePlan): Stage {
  const { palette, seed } = plan;
  const { size } = canvas;
  const horizon = 0.58;
  const lightFrom = plan.luminary !== null && plan.luminary.x > 0.5 ? 1 : -1;
  const random = createRandom(seed, "desert");
  const mesas = createRidge(
    size,
    { base: horizon + 0.03, rise: random.between(0.08, 0.16), hills: 2, sharpness: 0.5, octaves: 3 },
    seed,
    "mesas",
  );
  const flat = Math.min(...mesas) + size * random.between(0.02, 0.05);
  const rock = ridgeColor(palette.haze, palette.far, palette.near, 0.12);
  paintGround(
    canvas,
    mesas.map((y) => Math.max(y, flat)),
    { top: rock, bottom: mix(rock, palette.haze, 0.7), reach: 0.16 },
    seed,
  );
  paintMist(canvas, { y: horizon + 0.02, reach: 0.08, color: palette.haze, strength: 0.6 }, seed);
  let front: Edge = mesas;
  for (let layer = 0; layer < 4; layer += 1) {
    const nearness = layer / 3;
    const form = {
      base: horizon + 0.06 + layer * 0.105,
      rise: 0.085 + nearness * 0.05,
      hills: 1.9 - nearness * 0.9,
      sharpness: 0.45,
      octaves: 2,
    };
    front = createRidge(size, form, seed, `dune ${layer}`);
    const sand = mix(
      mix(palette.haze, palette.accents[1] ?? palette.far, 0.35 + 0.5 * nearness),
      palette.near,
      nearness * 0.16,
    );
    paintGround(
      canvas,
      front,
      {
        top: mix(sand, palette.light, 0.35 - nearness * 0.15),
        bottom: mix(sand, palette.near, 0.22),
        reach: 0.26,
        faces: { lit: mix(sand, palette.light, 0.5), dark: mix(sand, palette.near, 0.62), lightFrom, wobble: 0.18 },
      },
      seed + layer,
    );
    paintSandRipples(
      canvas,
      front,
      { color: mix(sand, palette.near, 0.5), strength: 0.1 + nearness * 0.16 },
      seed + layer,
    );
  }
  const x = standAway(plan);
  return { x, y: heightOf(front, size)(x) + 0.015, height: 0.26, isBacklit: false };
}

function paintSandRipples(
  canvas: Canvas,
  edge: Edge,
  ripples: { readonly color: Color; readonly strength: number },
  seed: number,
): void {
  const { size } = canvas;
  const random = createRandom(seed, "ripples");
  const [u, v] = [random.next(), random.next()];
  for (let x = 0; x < size; x += 1) {
    const top = edge[x] ?? size;
    for (let y = Math.max(Math.ceil(top + 2), 0); y < size; y += 1) {
      const depth = (y - top) / size;
      const bend = cloudNoise(u + (x / size) * 0.9, v + (y / size) * 1.4);
      const line = Math.sin((depth ** 0.75 * 95 + bend * 26) * 1.6);
      const patch = smoothStep(0.35, 0.7, cloudNoise(u + (x / size) * 0.6 + 0.5, v + (y / size) * 0.8));
      canvas.over(y * size + x, ripples.color, ripples.strength * unit(line) * patch * unit(depth * 14));
    }
  }
}

/** Paints the open sea, with islands, a beach or neither. */
export function paintSea(canvas: Canvas, plan: PicturePlan): Stage {
  const { palette, seed } = plan;
  const { size } = canvas;
  const random = createRandom(seed, "sea");
  const shore = 0.58;
  const isFloating = plan.subject !== null && plan.subject.name !== "lighthouse";
  const islands = createRidge(
    size,
    { base: shore + 0.02, rise: random.between(0.06, 0.13), hills: 1.7, sharpness: 0.35, octaves: 4 },
    seed,
    "islands",
  );
  const side = plan.luminary !== null && plan.luminary.x > 0.5 ? 1 : -1;
  const parted = islands.map((y, x) => y + size * 0.16 * unit(0.62 + side * (x / size - 0.5) * 1.5));
  const rock = ridgeColor(palette.haze, palette.far, palette.near, 0.25);
  paintGround(canvas, parted, { top: rock, bottom: mix(rock, palette.haze, 0.5), reach: 0.1 }, seed);
  paintMist(canvas, { y: shore - 0.01, reach: 0.06, color: palette.haze, strength: 0.45 }, seed);
  const color = mix(palette.sky[0], palette.near, 0.35);
  paintWater(canvas, { shore, color, roughness: 0.75, luminary: plan.luminary, light: palette.light }, seed);
  if (plan.trees === "palm") paintBeach(canvas, plan, -side);
  const x = standAway(plan);
  return isFloating
    ? { x, y: shore + 0.1, height: 0.28, isBacklit: palette.isDark }
    : { x, y: shore + 0.02, height: 0.3, isBacklit: true };
}

function paintBeach(canvas: Canvas, plan: PicturePlan, side: number): void {
  const { palette, seed } = plan;
  const { size } = canvas;
  const form = { base: 0.98, rise: 0.03, hills: 1, sharpness: 0, octaves: 2 };
  const ridge = createRidge(size, form, seed, "beach").map(
    (y, x) => y - size * 0.17 * unit(0.5 + side * (x / size - 0.5)) ** 1.7,
  );
  const sand = mix(
    mix(palette.light, palette.accents[1] ?? palette.far, 0.25),
    palette.near,
    palette.isDark ? 0.6 : 0.12,
  );
  const foam = mix(palette.light, palette.haze, 0.2);
  paintGround(
    canvas,
    ridge.map((y, x) => y - size * (0.012 + 0.004 * Math.sin((x / size) * 40))),
    { top: foam, bottom: foam, reach: 0.1 },
    seed,
  );
  paintGround(canvas, ridge, { top: mix(sand, palette.near, 0.3), bottom: sand, reach: 0.05 }, seed);
  const random = createRandom(seed, "palms");
  for (let index = 0; index < 2; index += 1) {
    const x = (side === 1 ? 0.9 : 0.1) - side * index * 0.12;
    const leaf = mix(palette.near, palette.accents[0], 0.12);
    paintPalm(
      canvas,
      {
        x,
        y: heightOf(ridge, size)(x) + 0.02,
        height: random.between(0.5, 0.62) - index * 0.1,
        trunk: palette.near,
        leaf,
        lit: mix(leaf, palette.light, 0.3),
        dark: palette.near,
        lightFrom: -side,
        detail: 1,
      },
      random,
    );
  }
}
