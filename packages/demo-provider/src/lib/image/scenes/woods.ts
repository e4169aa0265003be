import { type Canvas, lengthOf, smoothStep, unit } from "../canvas.js";
import { adjust, mix } from "../color.js";
import type { ImagePlan, Stage } from "../image-plan.js";
import { cloudNoise, createLineNoise } from "../noise.js";
import { fillOutline } from "../outline.js";
import { createRandom } from "../random.js";
import { createRidge, heightOf, paintGround, paintMist } from "../terrain.js";
import { paintDisc, paintGrass, paintPine, paintRoundTree } from "../trees.js";

/** Paints the inside of a forest: trunks that fade into bright mist, shafts of light, and ferns in front. */
export function paintForest(canvas: Canvas, plan: ImagePlan): Stage {
  const { palette, seed } = plan;
  const { size } = canvas;
  const glowX = plan.luminary?.x ?? 0.5;
  paintGlade(canvas, plan, glowX);
  for (let layer = 0; layer < 5; layer += 1) {
    const nearness = layer / 4;
    const random = createRandom(seed, `trunks ${layer}`);
    const color =
      nearness < 0.5
        ? mix(palette.haze, palette.far, 0.25 + nearness * 1.3)
        : mix(palette.far, palette.near, nearness * 1.6 - 0.6);
    const base = 0.7 + nearness * 0.17;
    const floor = createRidge(size, { base, rise: 0.035, hills: 2, sharpness: 0, octaves: 3 }, seed, `floor ${layer}`);
    paintGround(
      canvas,
      floor,
      { top: color, bottom: mix(color, palette.near, 0.25), reach: 0.2, end: layer < 4 ? base + 0.1 : 1 },
      seed,
    );
    const count = Math.round(15 - nearness * 9);
    for (let index = 0; index < count; index += 1) {
      const x = (index + random.between(0.1, 0.9)) / count;
      // The nearest trunks leave a gap for the light.
      if (nearness > 0.6 && Math.abs(x - glowX) < 0.2) continue;
      paintBole(
        canvas,
        {
          x,
          foot: base + 0.02,
          half: 0.005 + 0.021 * nearness ** 1.6 * random.between(0.7, 1.3),
          lean: random.between(-0.03, 0.03),
        },
        color,
        seed + layer * 40 + index,
      );
      if (nearness > 0.3 && nearness < 0.8 && random.chance(0.5)) {
        const leaf = plan.trees === "pine" ? color : mix(random.pick(palette.accents), color, 0.35);
        const tree = {
          x: x + random.between(-0.06, 0.06),
          y: base + 0.03,
          height: random.between(0.1, 0.2),
          trunk: color,
          leaf,
          lit: mix(leaf, palette.light, 0.3),
          dark: mix(leaf, palette.near, 0.4),
          lightFrom: glowX > x ? 1 : -1,
          detail: 0.3,
        };
        if (plan.trees === "pine") paintPine(canvas, tree, random);
        else paintRoundTree(canvas, tree, random);
      }
    }
    paintCanopy(canvas, plan, nearness, seed + layer);
    if (layer === 2) paintShafts(canvas, plan, glowX);
    paintMist(
      canvas,
      {
        y: base,
        reach: 0.16,
        color: mix(palette.haze, palette.light, 0.3),
        strength: (0.62 - 0.5 * nearness) * (0.7 + 0.5 * plan.mist),
      },
      seed + layer,
    );
  }
  const front = createRidge(size, { base: 0.95, rise: 0.04, hills: 1.4, sharpness: 0, octaves: 3 }, seed, "front");
  const isSnowy = plan.weather === "snow";
  const top = isSnowy ? mix(palette.light, palette.far, 0.25) : mix(palette.near, palette.far, 0.12);
  const bottom = isSnowy ? mix(palette.light, palette.far, 0.6) : mix(palette.near, { r: 0, g: 0, b: 0 }, 0.3);
  paintGround(canvas, front, { top, bottom, reach: 0.1 }, seed);
  const yAt = heightOf(front);
  if (!isSnowy)
    paintGrass(
      canvas,
      {
        y: yAt,
        height: 0.055,
        foot: bottom,
        tip: mix(adjust(palette.accents[0], { light: -0.12 }), palette.near, 0.4),
        count: 480,
      },
      seed,
    );
  return { x: glowX + (glowX > 0.5 ? -0.06 : 0.06), y: yAt(glowX) + 0.01, height: 0.26, isBacklit: !isSnowy };
}

/** Paints the bright air behind the trunks. */
function paintGlade(canvas: Canvas, { palette, seed }: ImagePlan, glowX: number): void {
  const { size } = canvas;
  const random = createRandom(seed, "glade");
  const [u, v] = [random.next(), random.next()];
  const bright = mix(palette.sky[3], palette.light, 0.5);
  const dim = mix(palette.haze, palette.far, 0.45);
  canvas.eachPixel(canvas.area, (pixel, x, y) => {
    const off = lengthOf((x / size - glowX) * 1.15, y / size - 0.5);
    const leaves = cloudNoise(u + (x / size) * 1.1, v + (y / size) * 1.1) - 0.5;
    canvas.over(pixel, bright, 1);
    canvas.over(pixel, dim, smoothStep(0.02, 0.75, off + leaves * 0.28));
  });
}

function paintBole(
  canvas: Canvas,
  bole: { x: number; foot: number; half: number; lean: number },
  color: { r: number; g: number; b: number },
  seed: number,
): void {
  const { size } = canvas;
  const noise = createLineNoise(seed, "bole");
  const left: { x: number; y: number }[] = [];
  const right: { x: number; y: number }[] = [];
  for (let step = 0; step <= 24; step += 1) {
    const up = step / 24;
    const y = bole.foot * (1 - up) - 0.02 * up;
    const middle = bole.x + bole.lean * up + noise(up * 3) * bole.half * 0.5;
    const half = bole.half * (1 - 0.35 * up + 0.75 * (1 - up) ** 14) * (1 + noise(up * 9 + 5) * 0.12);
    left.push({ x: (middle - half) * size, y: y * size });
    right.unshift({ x: (middle + half) * size, y: y * size });
  }
  fillOutline(canvas, [[...left, ...right]], color);
}

/** Paints hanging leaves, denser towards the corners: a mass with single leaves at its rim. */
function paintCanopy(canvas: Canvas, plan: ImagePlan, nearness: number, seed: number): void {
  const { size } = canvas;
  const { palette } = plan;
  const random = createRandom(seed, "canopy");
  const [u, v] = [random.next(), random.next()];
  const own = plan.trees === "pine" ? palette.grass : random.pick(palette.accents);
  const color = mix(mix(palette.haze, own, 0.25 + nearness * 0.6), palette.near, nearness * 0.62);
  const depth = 0.07 + 0.17 * nearness;
  const hangAt = (across: number): number => {
    const corner = Math.abs(across - 0.5) * 2;
    return depth * (0.35 + 1.1 * corner * corner) + 0.3 * (cloudNoise(u + across * 0.55, v) - 0.5);
  };
  canvas.overArea({ left: 0, right: size, top: 0, bottom: size * 0.6 }, color, (x, y) => {
    const edge = cloudNoise(u + (x / size) * 2.6, v + (y / size) * 2.6) - 0.5;
    return smoothStep(0.006, -0.006, y / size - hangAt(x / size) + edge * 0.16);
  });
  const count = Math.round(120 + 120 * nearness);
  for (let index = 0; index < count; index += 1) {
    const x = random.between(-0.02, 1.02);
    const y = hangAt(x) + random.between(-0.09, 0.035);
    const leaf = mix(color, palette.light, random.next() ** 3 * 0.42 * (1 - 0.5 * nearness));
    paintDisc(canvas, x * size, y * size, random.between(0.006, 0.019) * (0.6 + 0.6 * nearness) * size, leaf, 0.92);
  }
}

function paintShafts(canvas: Canvas, { palette, seed }: ImagePlan, glowX: number): void {
  const { size } = canvas;
  const noise = createLineNoise(seed, "shafts");
  const source = { x: glowX * 1.1 - 0.05, y: -0.25 };
  canvas.eachPixel({ left: 0, right: size, top: 0, bottom: size * 0.9 }, (pixel, x, y) => {
    const aside = smoothStep(0.55, 0.05, Math.abs(x / size - glowX));
    if (aside === 0) return;
    const dx = x / size - source.x;
    const dy = y / size - source.y;
    const beam = unit(0.2 + noise((dx / dy) * 11 + 50) * 0.9 + noise((dx / dy) * 29) * 0.35);
    const fade = smoothStep(0.95, 0.4, y / size) * smoothStep(0.02, 0.3, y / size);
    canvas.add(pixel, palette.light, beam * beam * fade * aside * 0.3);
  });
}
