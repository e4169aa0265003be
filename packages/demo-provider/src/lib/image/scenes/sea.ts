import { type Canvas, unit } from "../canvas.js";
import { mix } from "../color.js";
import { type ImagePlan, type Stage, standAway } from "../image-plan.js";
import { createRandom } from "../random.js";
import { shapes } from "../subjects/subject-names.js";
import { createRidge, heightOf, paintGround, paintMist, ridgeColor } from "../terrain.js";
import { paintPalm } from "../trees.js";
import { paintWater } from "../water.js";

/** Paints the open sea, with islands, a beach or neither. */
export function paintSea(canvas: Canvas, plan: ImagePlan): Stage {
  const { palette, seed } = plan;
  const { size } = canvas;
  const random = createRandom(seed, "sea");
  const shore = 0.58;
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
  const x = standAway(plan);
  const isBacklit = palette.isDark;
  const stage = {
    x,
    y: shore + 0.03,
    height: 0.3,
    isBacklit,
    water: { x: plan.trees === "palm" ? 0.5 : x, y: shore + 0.11 },
  };
  if (plan.subject?.name === "lighthouse") return { ...stage, isBacklit: true };
  const needsLand = plan.subject !== null && shapes[plan.subject.name].home === "ground";
  if (plan.trees !== "palm" && !needsLand) return stage;
  const beach = paintBeach(canvas, plan, -side);
  return { ...stage, y: beach(x) + 0.035, height: 0.25 };
}

/** Paints sand in front, higher on one side, with palms if the plan has them. Returns its edge. */
function paintBeach(canvas: Canvas, plan: ImagePlan, side: number): (x: number) => number {
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
  const palms = plan.trees === "palm" ? 2 : 0;
  for (let index = 0; index < palms; index += 1) {
    const x = (side === 1 ? 0.9 : 0.1) - side * index * 0.12;
    const leaf = mix(palette.near, palette.accents[0], 0.12);
    paintPalm(
      canvas,
      {
        x,
        y: heightOf(ridge)(x) + 0.02,
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
  return heightOf(ridge);
}
