import type { Canvas } from "../canvas.js";
import { mix } from "../color.js";
import { paintFlowers } from "../flowers.js";
import { type ImagePlan, type Stage, standAway } from "../image-plan.js";
import { createRidge, type Edge, heightOf, paintGround, paintMist } from "../terrain.js";
import { paintGrass } from "../trees.js";
import { paintRanges, paintTreeRow } from "./highlands.js";

/** Paints rolling fields with a few trees, and flowers in front unless there is snow. */
export function paintMeadow(canvas: Canvas, plan: ImagePlan): Stage {
  const { palette, seed } = plan;
  const { size } = canvas;
  const horizon = 0.6;
  paintRanges(canvas, plan, horizon - 0.01);
  const isSnowy = plan.weather === "snow";
  const green = isSnowy ? mix(palette.light, palette.far, 0.25) : palette.grass;
  let front: Edge = new Float32Array(size);
  for (let layer = 0; layer < 4; layer += 1) {
    const form = {
      base: horizon + 0.055 + layer * 0.09,
      rise: 0.13 - layer * 0.012,
      hills: 1.3,
      sharpness: 0,
      octaves: 2,
    };
    front = createRidge(size, form, seed, `field ${layer}`);
    const color = mix(mix(palette.haze, green, 0.4 + layer * 0.2), palette.near, layer * (isSnowy ? 0.02 : 0.07));
    const ground = {
      top: mix(color, palette.light, 0.3 - layer * 0.05),
      bottom: mix(color, palette.near, 0.28),
      reach: 0.15,
      end: layer < 3 ? horizon + 0.2 + layer * 0.09 : 1,
    };
    paintGround(canvas, front, ground, seed);
    if (layer === 3) break;
    paintTreeRow(canvas, plan, front, {
      count: 10 - layer * 2,
      height: 0.055 + layer * 0.04,
      haze: 0.42 - layer * 0.16,
    });
    const mist = {
      y: horizon + 0.1 + layer * 0.08,
      reach: 0.06,
      color: palette.haze,
      strength: 0.15 + 0.4 * plan.mist,
    };
    paintMist(canvas, mist, seed + layer);
  }
  const yAt = heightOf(front);
  const x = standAway(plan);
  const stage = { x, y: yAt(x) + 0.05, height: 0.26, isBacklit: false };
  if (isSnowy) return stage;
  const grass = {
    height: 0.03,
    foot: mix(green, palette.near, 0.25),
    tip: mix(green, palette.light, 0.35),
    count: 380,
  };
  paintGrass(canvas, { ...grass, y: yAt }, seed);
  paintFlowers(canvas, plan, { y: yAt, from: 0, to: 0.35 });
  return { ...stage, cover: () => paintFlowers(canvas, plan, { y: yAt, from: 0.35, to: 1 }) };
}
