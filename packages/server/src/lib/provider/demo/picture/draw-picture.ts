import { Canvas } from "./canvas.js";
import { mix } from "./color.js";
import { type Bitmap, finish } from "./finish.js";
import { paletteNames, paletteOf } from "./palettes.js";
import type { Picture } from "./picture.js";
import { createRandom, hashText } from "./random.js";
import { type Luminary, paintClouds, paintLuminary, paintSky, paintStars } from "./sky.js";
import { createRidge, growPines, paintGround, paintMist, ridgeColor } from "./terrain.js";
import { paintWater } from "./water.js";

export function drawPicture(picture: Picture): Bitmap {
  const seed = (hashText(picture.prompt) ^ picture.seed) >>> 0;
  const canvas = new Canvas(picture.size);
  const name = paletteNames.find((n) => picture.prompt.includes(n)) ?? createRandom(seed, "palette").pick(paletteNames);
  const palette = paletteOf(name);
  const random = createRandom(seed, "plan");
  const horizon = 0.62;
  const luminary: Luminary = {
    kind: palette.isDark ? "moon" : "sun",
    x: random.pick([0.3, 0.66]),
    y: random.between(0.2, 0.45),
    radius: random.between(0.045, 0.075),
  };
  paintSky(canvas, palette, horizon, luminary, seed);
  if (palette.isDark) paintStars(canvas, palette, horizon, 0.8, seed);
  paintLuminary(canvas, palette, luminary, seed);
  paintClouds(canvas, palette, { horizon, amount: 0.4, luminary }, seed);
  const { size } = canvas;
  const from = luminary.x < 0.5 ? -1 : 1;
  for (let layer = 0; layer < 3; layer += 1) {
    const near = layer / 6;
    const edge = createRidge(
      size,
      {
        base: horizon + 0.01 + layer * 0.02,
        rise: 0.34 - layer * 0.08,
        hills: 2.2 + layer,
        sharpness: 0.9,
        octaves: 6,
      },
      seed,
      `range ${layer}`,
    );
    const color = ridgeColor(palette.haze, palette.far, palette.near, near);
    paintGround(
      canvas,
      edge,
      {
        top: color,
        bottom: mix(color, palette.haze, 0.6),
        reach: 0.3,
        faces: { lit: mix(color, palette.light, 0.45), dark: mix(color, palette.near, 0.35), lightFrom: from },
        ...(layer === 0
          ? {
              snow: {
                depth: 0.08,
                lit: mix(palette.light, palette.haze, 0.2),
                dark: mix(palette.far, palette.light, 0.45),
              },
            }
          : {}),
      },
      seed + layer,
    );
    paintMist(canvas, { y: horizon, reach: 0.1, color: palette.haze, strength: 0.5 }, seed + layer);
  }
  for (let layer = 0; layer < 2; layer += 1) {
    const near = 0.5 + layer / 5;
    const ridge = createRidge(
      size,
      { base: horizon + 0.05 + layer * 0.02, rise: 0.1, hills: 2 + layer, sharpness: 0.1, octaves: 4 },
      seed,
      `hill ${layer}`,
    );
    const edge = growPines(ridge, { count: 160, height: 0.04 + layer * 0.02 }, seed, `pines ${layer}`);
    const color = ridgeColor(palette.haze, palette.far, palette.near, near);
    paintGround(canvas, edge, { top: color, bottom: mix(color, palette.haze, 0.35), reach: 0.2 }, seed);
  }
  paintWater(
    canvas,
    { shore: 0.72, color: mix(palette.sky[0], palette.near, 0.5), roughness: 0.3, luminary, light: palette.light },
    seed,
  );
  return finish(canvas, { bloom: 0.35, grain: 0.5, vignette: 0.35 }, seed);
}
