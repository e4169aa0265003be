import type { Canvas } from "./canvas.js";
import { adjust, type Color, mix, scale } from "./color.js";
import type { ImagePlan } from "./image-plan.js";
import { fillOutline } from "./outline.js";
import { createRandom, type Random } from "./random.js";
import { paintDisc } from "./trees.js";

/** Paints hundreds of flowers, small behind and large in front. The range of nearness is within 0 to 1. */
export function paintFlowers(
  canvas: Canvas,
  plan: ImagePlan,
  bed: { readonly y: (x: number) => number; readonly from: number; readonly to: number },
): void {
  const { palette, seed } = plan;
  const { size } = canvas;
  const random = createRandom(seed, `flowers ${bed.from}`);
  const colors = createRandom(seed, "flower colors");
  const [named, ...more] = plan.inks;
  const kinds: readonly [Color, ...Color[]] =
    named === undefined
      ? [palette.accents[0], colors.pick(palette.accents), colors.pick(palette.accents)]
      : [named, ...more];
  const count = Math.round(340 * (bed.to - bed.from));
  for (let index = 0; index < count; index += 1) {
    const nearness = (bed.from + (index / count) * (bed.to - bed.from)) ** 1.4;
    const x = random.between(-0.02, 1.02);
    const y = bed.y(x) + 0.015 + nearness * (1.05 - bed.y(x));
    const stem = (0.012 + 0.07 * nearness) * random.between(0.7, 1.2);
    const radius = (0.0021 + 0.0135 * nearness) * random.between(0.75, 1.15);
    const sway = stem * random.between(-0.25, 0.25);
    const half = 0.0005 + 0.0013 * nearness;
    const green = mix(palette.grass, palette.near, random.between(0.15, 0.6));
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
