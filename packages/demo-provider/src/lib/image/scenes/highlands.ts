import { type Canvas, unit } from "../canvas.js";
import { adjust, type Color, mix } from "../color.js";
import type { ImagePlan, Stage } from "../image-plan.js";
import { createRandom } from "../random.js";
import { createRidge, type Edge, growPines, heightOf, paintGround, paintMist, ridgeColor } from "../terrain.js";
import { paintGrass, paintPine, paintRoundTree } from "../trees.js";
import { paintWater } from "../water.js";

/** Paints mountain ranges that fade with distance, wooded hills, and a slope in front. */
export function paintMountains(canvas: Canvas, plan: ImagePlan): Stage {
  const horizon = 0.64;
  paintRanges(canvas, plan, horizon);
  paintWoodedHills(canvas, plan, horizon + 0.06);
  return paintForeSlope(canvas, plan);
}

/** Paints a lake that mirrors mountains and a wooded shore. */
export function paintLake(canvas: Canvas, plan: ImagePlan): Stage {
  const shore = 0.66;
  paintRanges(canvas, plan, shore - 0.05);
  paintMist(
    canvas,
    { y: shore - 0.06, reach: 0.09, color: plan.palette.haze, strength: 0.35 + 0.4 * plan.mist },
    plan.seed,
  );
  paintShoreTrees(canvas, plan, shore);
  const { palette } = plan;
  paintWater(
    canvas,
    {
      shore,
      color: mix(palette.sky[0], palette.near, 0.45),
      roughness: 0.28,
      luminary: plan.luminary,
      light: palette.light,
    },
    plan.seed,
  );
  const x = plan.luminary === null ? 0.5 : 0.5 + (plan.luminary.x - 0.5) * 0.35;
  return { ...paintForeSlope(canvas, plan, 0.95), water: { x, y: shore + 0.1 } };
}

/** Paints two or three ranges, the first with snow. */
export function paintRanges(canvas: Canvas, plan: ImagePlan, horizon: number): void {
  const { palette, seed, mist } = plan;
  const random = createRandom(seed, "ranges");
  const lightFrom = plan.luminary !== null && plan.luminary.x > 0.5 ? 1 : -1;
  const tall = random.between(0.2, 0.34);
  const hills = random.between(1.7, 2.9);
  for (let layer = 0; layer < 3; layer += 1) {
    const form = {
      base: horizon + layer * 0.025,
      rise: tall * (1 - layer * 0.26),
      hills: hills * (1 + layer * 0.45),
      sharpness: 0.9 - layer * 0.15,
      octaves: 6,
    };
    const color = ridgeColor(palette.haze, palette.far, palette.near, layer / 7);
    const ground = {
      top: color,
      bottom: mix(color, palette.haze, 0.6),
      reach: 0.28,
      end: horizon + 0.17,
      faces: { lit: mix(color, palette.light, 0.42), dark: mix(color, palette.near, 0.32), lightFrom },
    };
    const snow = {
      depth: 0.085,
      lit: mix(palette.light, palette.haze, 0.15),
      dark: mix(palette.far, palette.light, 0.5),
    };
    paintGround(
      canvas,
      createRidge(canvas.size, form, seed, `range ${layer}`),
      layer < 1 ? { ...ground, snow } : ground,
      seed + layer,
    );
    const strength = 0.4 + 0.45 * mist;
    paintMist(canvas, { y: horizon + layer * 0.015, reach: 0.1, color: palette.haze, strength }, seed + layer);
  }
}

function paintWoodedHills(canvas: Canvas, plan: ImagePlan, base: number): void {
  const { palette, seed, mist } = plan;
  for (let layer = 0; layer < 3; layer += 1) {
    const form = { base: base + layer * 0.075, rise: 0.13, hills: 2.2 - layer * 0.3, sharpness: 0.12, octaves: 4 };
    const ridge = createRidge(canvas.size, form, seed, `hills ${layer}`);
    const color = ridgeColor(palette.haze, palette.far, palette.near, 0.42 + layer * 0.17);
    const edge =
      plan.trees === "pine"
        ? growPines(ridge, { count: 200 - layer * 55, height: 0.035 + layer * 0.026 }, seed, `pines ${layer}`)
        : ridge;
    paintGround(
      canvas,
      edge,
      {
        top: color,
        bottom: mix(color, palette.haze, 0.4),
        reach: 0.16,
        soil: ridge,
        end: layer < 2 ? base + layer * 0.075 + 0.13 : 1,
      },
      seed,
    );
    if (plan.trees === "round")
      paintTreeRow(canvas, plan, ridge, { count: 70, height: 0.05 + layer * 0.03, haze: 0.5 - layer * 0.2 });
    paintMist(
      canvas,
      { y: base + 0.05 + layer * 0.05, reach: 0.07, color: palette.haze, strength: 0.15 + 0.5 * mist },
      seed + 7 + layer,
    );
  }
}

function paintShoreTrees(canvas: Canvas, plan: ImagePlan, shore: number): void {
  const { palette, seed } = plan;
  for (let layer = 0; layer < 2; layer += 1) {
    const form = {
      base: shore - 0.005 + layer * 0.012,
      rise: 0.075 - layer * 0.05,
      hills: 1.6 + layer,
      sharpness: 0,
      octaves: 3,
    };
    const ridge = createRidge(canvas.size, form, seed, `shore ${layer}`);
    const color = ridgeColor(palette.haze, palette.far, palette.near, 0.45 + layer * 0.28);
    const edge =
      plan.trees === "pine"
        ? growPines(
            ridge,
            { count: 230 - layer * 50, height: 0.055 + layer * 0.03, density: 0.6 },
            seed,
            `shore pines ${layer}`,
          )
        : ridge;
    paintGround(
      canvas,
      edge,
      { top: color, bottom: mix(color, palette.haze, 0.22), reach: 0.14, soil: ridge, end: shore + 0.03 },
      seed,
    );
    if (plan.trees === "round")
      paintTreeRow(canvas, plan, ridge, {
        count: 64 - layer * 14,
        height: 0.085 + layer * 0.045,
        haze: 0.42 - layer * 0.3,
      });
  }
}

/** Paints round trees along a line, from back to front. */
export function paintTreeRow(
  canvas: Canvas,
  plan: ImagePlan,
  edge: Edge,
  row: { readonly count: number; readonly height: number; readonly haze: number },
): void {
  const { palette, seed } = plan;
  const random = createRandom(seed, `trees ${row.height}`);
  const lightFrom = plan.luminary !== null && plan.luminary.x > 0.5 ? 1 : -1;
  const { size } = canvas;
  for (let index = 0; index < row.count; index += 1) {
    const x = random.between(-0.02, 1.02);
    const column = Math.min(Math.max(Math.floor(x * size), 0), size - 1);
    const leaf = mix(random.pick(palette.accents), palette.haze, row.haze + random.between(0, 0.12));
    paintRoundTree(
      canvas,
      {
        x,
        y: (edge[column] ?? size) / size + 0.012,
        height: row.height * random.between(0.65, 1.15),
        trunk: mix(palette.near, palette.haze, row.haze * 0.7),
        leaf,
        lit: mix(leaf, palette.light, 0.35),
        dark: mix(leaf, palette.near, 0.5),
        lightFrom,
        detail: row.height > 0.1 ? 0.35 : 0.12,
      },
      random,
    );
  }
}

/** Paints the slope in front, on which a subject stands, with trees on the side away from the light. */
function paintForeSlope(canvas: Canvas, plan: ImagePlan, base = 0.93): Stage {
  const { palette, seed, luminary } = plan;
  const { size } = canvas;
  const random = createRandom(seed, "slope");
  const side = luminary !== null && luminary.x > 0.5 ? -1 : 1;
  const form = { base, rise: 0.05, hills: 1.1, sharpness: 0, octaves: 3 };
  const ridge = createRidge(size, form, seed, "slope");
  const rising = ridge.map((y, x) => y - size * 0.11 * unit(0.5 + side * (x / size - 0.5)) ** 1.6);
  const isSnowy = plan.weather === "snow";
  const top: Color = isSnowy
    ? mix(palette.light, palette.far, 0.22)
    : adjust(mix(palette.near, palette.far, 0.1), { light: 0.015 });
  const bottom = isSnowy ? mix(palette.light, palette.far, 0.55) : mix(palette.near, { r: 0, g: 0, b: 0 }, 0.25);
  paintGround(canvas, rising, { top, bottom, reach: 0.2 }, seed);
  const yAt = heightOf(rising);
  const tree = {
    trunk: palette.near,
    leaf: mix(palette.near, palette.far, 0.1),
    lit: mix(palette.near, palette.light, 0.35),
    dark: palette.near,
    lightFrom: -side,
    detail: 1,
  };
  const edgeX = side === 1 ? 0.93 : 0.07;
  for (let index = 0; index < 3; index += 1) {
    const x = edgeX + side * random.between(-0.1, 0.07) * (index + 0.3);
    const height = random.between(0.34, 0.5) * (1 - index * 0.2);
    const paint = plan.trees === "pine" ? paintPine : paintRoundTree;
    const leaf = plan.trees === "pine" ? tree.leaf : adjust(random.pick(palette.accents), { light: -0.12 });
    const lit = plan.trees === "pine" ? tree.lit : mix(leaf, palette.light, 0.35);
    paint(canvas, { ...tree, leaf, lit, x, y: yAt(x) + 0.02, height }, random);
  }
  if (!isSnowy) {
    const grass = { y: yAt, height: 0.03, foot: bottom, tip: mix(top, palette.light, 0.22), count: 420 };
    paintGrass(canvas, grass, seed);
  }
  const x = side === 1 ? random.between(0.56, 0.66) : random.between(0.34, 0.44);
  return { x, y: yAt(x) + 0.008, height: 0.24, isBacklit: !isSnowy };
}
