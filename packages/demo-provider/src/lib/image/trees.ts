import { type Canvas, smoothStep, unit } from "./canvas.js";
import { blend, type Color, mix } from "./color.js";
import { fillOutline } from "./outline.js";
import { createRandom, type Random } from "./random.js";

/** A tree. Lengths are fractions of the image's width. */
export interface Tree {
  readonly x: number;
  /** Position of its foot. */
  readonly y: number;
  readonly height: number;
  readonly trunk: Color;
  readonly leaf: Color;
  /** Color of a lit leaf. */
  readonly lit: Color;
  readonly dark: Color;
  /** -1: the light comes from the left; 1: from the right. */
  readonly lightFrom: number;
  /** From 0 (a few blots for a distant tree) to 1. */
  readonly detail: number;
}

/** Paints a tree with a round crown of leaves, lit from one side. */
export function paintRoundTree(canvas: Canvas, tree: Tree, random: Random): void {
  const { size } = canvas;
  const { x, y, height, trunk, leaf, lit, dark, lightFrom, detail } = tree;
  const crown = {
    x: x + random.between(-0.03, 0.03) * height,
    y: y - height * 0.64,
    radiusX: height * random.between(0.27, 0.36),
    radiusY: height * 0.36,
  };
  const foot = height * 0.045;
  paintTrunk(canvas, { x, y, top: crown.y, toX: crown.x, foot, color: trunk });
  const count = Math.round(10 + 330 * detail * detail);
  for (let index = 0; index < count; index += 1) {
    const share = index / count;
    const angle = random.next() * 2 * Math.PI;
    const away = random.next() ** 0.6;
    // From the shaded underside to the lit top.
    const dx = Math.cos(angle) * away;
    const dy = Math.sin(angle) * away * 0.7 + 0.45 - share * 0.9;
    const clump = 0.5 + 0.5 * Math.sin(dx * 7 + x * 90) * Math.cos(dy * 6 + x * 50);
    const light = unit(0.42 - dy * 0.42 + dx * lightFrom * 0.34 + (clump - 0.5) * 0.34 + random.between(-0.14, 0.14));
    const color = light > 0.5 ? mix(leaf, lit, (light - 0.5) * 1.7) : mix(dark, leaf, light * 2);
    const radius = height * random.between(0.07, 0.12) * (1.2 - 0.3 * share) * (1 - 0.64 * detail);
    const [px, py] = [(crown.x + dx * crown.radiusX) * size, (crown.y + dy * crown.radiusY) * size];
    paintDisc(canvas, px, py, radius * size, color, 1);
  }
}

/** Paints a disc with a soft rim. */
export function paintDisc(canvas: Canvas, x: number, y: number, radius: number, color: Color, opacity: number): void {
  const area = { left: x - radius - 1, right: x + radius + 1, top: y - radius - 1, bottom: y + radius + 1 };
  const outer = (radius + 0.5) ** 2;
  const inner = Math.max(radius - 0.5, 0) ** 2;
  canvas.eachPixel(area, (pixel, px, py) => {
    const away = (px - x) * (px - x) + (py - y) * (py - y);
    if (away >= outer) return;
    canvas.over(pixel, color, away <= inner ? opacity : opacity * unit(radius - Math.sqrt(away) + 0.5));
  });
}

/** Paints light that fades with the distance from a point. */
export function paintGlow(canvas: Canvas, x: number, y: number, radius: number, color: Color, strength: number): void {
  canvas.eachPixel({ left: x - radius, right: x + radius, top: y - radius, bottom: y + radius }, (pixel, px, py) => {
    const away = ((px - x) ** 2 + (py - y) ** 2) / (radius * radius);
    if (away < 1) canvas.add(pixel, color, strength * (1 - away) ** 3);
  });
}

/** Paints a dark pine with drooping branches and a lit side. */
export function paintPine(canvas: Canvas, tree: Tree, random: Random): void {
  const { size } = canvas;
  const { x, y, height, trunk, leaf, lit, lightFrom } = tree;
  const half = height * random.between(0.17, 0.22);
  paintTrunk(canvas, { x, y, top: y - height * 0.5, toX: x, foot: height * 0.028, color: trunk });
  const tiers = 11;
  for (let tier = tiers; tier >= 0; tier -= 1) {
    const share = tier / tiers;
    const top = y - height * (1 - share * 0.82);
    const width = half * (0.1 + 0.9 * share ** 0.9) * random.between(0.86, 1.1);
    const drop = height * (0.09 + 0.055 * share);
    const left = random.between(0.85, 1.1) * width;
    const right = random.between(0.85, 1.1) * width;
    const points = [
      { x, y: top - drop * 0.35 },
      { x: x + right * 0.45, y: top + drop * 0.35 },
      { x: x + right, y: top + drop * random.between(0.85, 1.1) },
      { x: x + right * 0.5, y: top + drop * 0.72 },
      { x: x + right * 0.2, y: top + drop * 0.92 },
      { x: x - left * 0.25, y: top + drop * 0.75 },
      { x: x - left * 0.55, y: top + drop * 0.85 },
      { x: x - left, y: top + drop * random.between(0.85, 1.1) },
      { x: x - left * 0.4, y: top + drop * 0.3 },
    ].map((point) => ({ x: point.x * size, y: point.y * size }));
    fillOutline(canvas, [points], (px) => {
      const side = unit(0.5 + ((px / size - x) / width) * 0.5 * lightFrom);
      return side > 0.55 ? blend(leaf, lit, (side - 0.55) * 1.1) : leaf;
    });
  }
}

/** Paints a palm that leans towards the light. */
export function paintPalm(canvas: Canvas, tree: Tree, random: Random): void {
  const { size } = canvas;
  const { x, y, height, trunk, leaf, lit, lightFrom } = tree;
  const lean = random.between(0.1, 0.24) * lightFrom * height;
  const at = (share: number): { x: number; y: number } => ({
    x: x + lean * share ** 1.8,
    y: y - height * 0.78 * share,
  });
  const left: { x: number; y: number }[] = [];
  const right: { x: number; y: number }[] = [];
  for (let step = 0; step <= 14; step += 1) {
    const point = at(step / 14);
    const half = height * (0.026 - 0.013 * (step / 14)) * (step % 2 === 0 ? 1 : 0.86);
    left.push({ x: (point.x - half) * size, y: point.y * size });
    right.unshift({ x: (point.x + half) * size, y: point.y * size });
  }
  fillOutline(canvas, [[...left, ...right]], trunk);
  const heart = at(1);
  const fronds = random.whole(9, 11);
  for (let index = 0; index < fronds; index += 1) {
    const angle = Math.PI * (1.16 - (1.32 * index) / (fronds - 1)) + random.between(-0.08, 0.08);
    paintFrond(canvas, {
      ...heart,
      angle,
      length: height * random.between(0.34, 0.46),
      color: mix(leaf, lit, random.next() * 0.4),
    });
  }
}

function paintFrond(
  canvas: Canvas,
  frond: { x: number; y: number; angle: number; length: number; color: Color },
): void {
  const { size } = canvas;
  const { x, y, angle, length, color } = frond;
  const upper: { x: number; y: number }[] = [];
  const lower: { x: number; y: number }[] = [];
  for (let step = 0; step <= 16; step += 1) {
    const along = step / 16;
    const px = x + Math.cos(angle) * length * along;
    const py = y - Math.sin(angle) * length * along * 0.8 + length * 0.62 * along * along;
    const half = length * 0.085 * Math.sin(Math.PI * Math.min(along * 0.9 + 0.08, 1));
    const tooth = step % 2 === 0 ? 1 : 0.35;
    upper.push({ x: px * size, y: (py - half * 0.5) * size });
    lower.unshift({ x: px * size, y: (py + half * tooth * 1.5) * size });
  }
  fillOutline(canvas, [[...upper, ...lower]], color);
}

function paintTrunk(
  canvas: Canvas,
  trunk: { x: number; y: number; top: number; toX: number; foot: number; color: Color },
): void {
  const { size } = canvas;
  const { x, y, top, toX, foot, color } = trunk;
  const points = [
    { x: x - foot, y },
    { x: x - foot * 0.55, y: y + (top - y) * 0.4 },
    { x: toX - foot * 0.3, y: top },
    { x: toX + foot * 0.3, y: top },
    { x: x + foot * 0.55, y: y + (top - y) * 0.4 },
    { x: x + foot, y },
  ];
  fillOutline(canvas, [points.map((point) => ({ x: point.x * size, y: point.y * size }))], color);
}

/** Paints blades of grass along the bottom of the image, dark at the foot and lit at the tip. */
export function paintGrass(
  canvas: Canvas,
  grass: {
    readonly y: (x: number) => number;
    readonly height: number;
    readonly foot: Color;
    readonly tip: Color;
    readonly count: number;
  },
  seed: number,
): void {
  const { size } = canvas;
  const random = createRandom(seed, "grass");
  for (let index = 0; index < grass.count; index += 1) {
    const x = random.between(-0.02, 1.02);
    const y = grass.y(x) + random.between(0, grass.height * 0.5);
    const height = grass.height * random.between(0.35, 1);
    const bend = height * random.between(-0.45, 0.45);
    const half = 0.0011 + height * 0.018;
    const middle = { x: x + bend * 0.28, y: y - height * 0.55 };
    const points = [
      { x: x - half, y },
      { x: middle.x - half * 0.7, y: middle.y },
      { x: x + bend, y: y - height },
      { x: middle.x + half * 0.7, y: middle.y },
      { x: x + half, y },
    ].map((point) => ({ x: point.x * size, y: point.y * size }));
    const tip = mix(grass.foot, grass.tip, random.between(0.35, 1));
    fillOutline(canvas, [points], (_, py) => blend(tip, grass.foot, smoothStep(y - height, y, py / size)));
  }
}
