import { type Canvas, unit } from "../canvas.js";
import { adjust, blend, type Color, mix, scale } from "../color.js";
import type { ImagePlan, Stage } from "../image-plan.js";
import { fillOutline, type Outline } from "../outline.js";
import { createRandom, type Random } from "../random.js";
import { paintMist } from "../terrain.js";
import { paintGlow } from "../trees.js";
import { paintWater } from "../water.js";

/** Paints a skyline. Wet ground mirrors its windows and signs. */
export function paintCity(canvas: Canvas, plan: ImagePlan): Stage {
  const { palette, seed } = plan;
  const street = 0.78;
  for (let layer = 0; layer < 4; layer += 1) {
    const random = createRandom(seed, `blocks ${layer}`);
    const nearness = layer / 3;
    const color =
      nearness < 0.6
        ? mix(mix(palette.haze, palette.far, 0.45), palette.near, nearness * 0.9)
        : mix(palette.far, palette.near, 0.5 + nearness * 0.42);
    const heights = [0.54, 0.46, 0.33, 0.2][layer] ?? 0.2;
    for (let x = -0.05; x < 1.02; ) {
      const width = random.between(0.05, 0.1) * (0.75 + nearness * 0.5);
      // The tallest towers are off-center, as a focal point.
      const crest = Math.exp(-(((x + width / 2 - 0.5 - 0.14 * towardsLight(plan)) / 0.3) ** 2));
      const height = heights * (0.42 + 0.62 * crest) * random.between(0.6, 1.12);
      paintTower(canvas, plan, { x, width, top: street - height, bottom: street, color, nearness }, random);
      x += width * random.between(0.86, 1.12);
    }
    const strength = 0.5 - 0.1 * layer + 0.2 * plan.mist;
    paintMist(canvas, { y: street - 0.03, reach: 0.16, color: palette.haze, strength }, seed + layer);
  }
  paintWater(
    canvas,
    {
      shore: street,
      color: mix(palette.near, palette.sky[0], 0.3),
      roughness: 0.35,
      luminary: plan.luminary,
      light: palette.light,
    },
    seed,
  );
  return paintLedge(canvas, plan);
}

function towardsLight({ luminary }: ImagePlan): number {
  return luminary !== null && luminary.x > 0.5 ? -1 : 1;
}

interface Tower {
  readonly x: number;
  readonly width: number;
  readonly top: number;
  readonly bottom: number;
  readonly color: Color;
  /** From 0 (far) to 1. */
  readonly nearness: number;
}

function paintTower(canvas: Canvas, plan: ImagePlan, tower: Tower, random: Random): void {
  const { size } = canvas;
  const { palette } = plan;
  const { x, width, top, bottom, color } = tower;
  const right = x + width;
  const outline = roofOf(tower, random).map((point) => ({ x: point.x * size, y: point.y * size }));
  const foot = mix(color, palette.haze, 0.35);
  const side = plan.luminary === null || plan.luminary.x < x ? 0.06 : -0.06;
  fillOutline(canvas, [outline], (px, py) => {
    const down = unit((py / size - top) / (bottom - top));
    const across = (px / size - x) / width - 0.5;
    return scale(blend(color, foot, down * down), 1 - side * 2 * Math.sign(across) * (Math.abs(across) > 0.24 ? 1 : 0));
  });
  if (tower.nearness > 0.25) paintWindows(canvas, plan, tower, random);
  if (tower.nearness > 0.25 && tower.nearness < 0.9 && palette.isDark && random.chance(0.3))
    paintSign(canvas, plan, tower, random);
  if (tower.nearness < 0.9 && random.chance(0.3)) {
    const mast = x + width * random.between(0.3, 0.7);
    const tip = top - random.between(0.03, 0.07);
    fillOutline(canvas, [box(mast - 0.0012, tip, mast + 0.0012, top, size)], color);
    if (palette.isDark) paintGlow(canvas, mast * size, tip * size, 0.008 * size, { r: 1, g: 0.15, b: 0.12 }, 1.6);
  }
  if (right < 0) return;
}

/** A flat, stepped, slanted or pointed roof. */
function roofOf({ x, width, top, bottom }: Tower, random: Random): Outline {
  const right = x + width;
  const feet = [
    { x: right, y: bottom },
    { x, y: bottom },
  ];
  switch (random.whole(0, 7)) {
    case 0: {
      const inset = width * random.between(0.15, 0.28);
      const step = random.between(0.015, 0.035);
      return [
        { x, y: top + step },
        { x: x + inset, y: top + step },
        { x: x + inset, y: top },
        { x: right - inset, y: top },
        { x: right - inset, y: top + step },
        { x: right, y: top + step },
        ...feet,
      ];
    }
    case 1:
      return [{ x, y: top + width * random.between(0.2, 0.5) }, { x: right, y: top }, ...feet];
    case 2:
      return [
        { x, y: top + width * 0.35 },
        { x: x + width / 2, y: top - width * 0.1 },
        { x: right, y: top + width * 0.35 },
        ...feet,
      ];
    default:
      return [{ x, y: top }, { x: right, y: top }, ...feet];
  }
}

function box(left: number, top: number, right: number, bottom: number, size: number): Outline {
  return [
    { x: left * size, y: top * size },
    { x: right * size, y: top * size },
    { x: right * size, y: bottom * size },
    { x: left * size, y: bottom * size },
  ];
}

function paintWindows(canvas: Canvas, plan: ImagePlan, tower: Tower, random: Random): void {
  const { size } = canvas;
  const { palette } = plan;
  const pitch = 0.0075 + 0.0035 * tower.nearness;
  const columns = Math.floor((tower.width * 0.8) / pitch);
  const margin = (tower.width - columns * pitch) / 2;
  const warm = mix(palette.accents[2] ?? palette.light, palette.light, 0.4);
  const share = palette.isDark ? random.between(0.22, 0.5) : random.between(0.05, 0.16);
  const isOffice = random.chance(0.35);
  for (let y = tower.top + pitch * 3.4; y < tower.bottom - pitch; y += pitch * 1.35) {
    const isRowLit = isOffice && random.chance(0.3);
    for (let column = 0; column < columns; column += 1) {
      if (!isRowLit && !random.chance(share)) continue;
      const left = tower.x + margin + column * pitch;
      const color = random.chance(0.14) ? random.pick(palette.accents) : warm;
      const light = random.between(0.35, 1.15) * (palette.isDark ? 1 : 0.8);
      fillOutline(
        canvas,
        [box(left + pitch * 0.2, y, left + pitch * 0.78, y + pitch * 0.75, size)],
        scale(color, light),
        0.92,
      );
    }
  }
}

function paintSign(canvas: Canvas, { palette }: ImagePlan, tower: Tower, random: Random): void {
  const { size } = canvas;
  const color = random.pick(palette.accents);
  const x = tower.x + tower.width * random.between(0.12, 0.8);
  const top = tower.top + random.between(0.03, 0.09);
  const height = random.between(0.05, 0.13);
  const half = random.between(0.003, 0.006);
  paintGlow(canvas, x * size, (top + height / 2) * size, height * 0.95 * size, color, 0.28);
  fillOutline(canvas, [box(x - half, top, x + half, top + height, size)], scale(adjust(color, { light: 0.06 }), 1.6));
}

/** Paints the roof in front, on which a subject can stand. */
function paintLedge(canvas: Canvas, plan: ImagePlan): Stage {
  const { size } = canvas;
  const { palette } = plan;
  if (plan.subject === null) return { x: 0.5, y: 0.9, height: 0.2, isBacklit: true };
  const top = 0.9;
  const color = mix(palette.near, { r: 0, g: 0, b: 0 }, 0.35);
  fillOutline(canvas, [box(-0.1, top + 0.012, 1.1, 1.1, size)], color);
  fillOutline(canvas, [box(-0.1, top, 1.1, top + 0.014, size)], mix(color, palette.haze, 0.35));
  return { x: 0.5 + 0.14 * towardsLight(plan), y: top + 0.004, height: 0.27, isBacklit: true };
}
