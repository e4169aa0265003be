import { type Canvas, smoothStep, unit } from "../canvas.js";
import { type Color, mix } from "../color.js";
import { type ImagePlan, type Stage, standAway } from "../image-plan.js";
import { cloudNoise } from "../noise.js";
import { createRandom, type Random } from "../random.js";
import { createRidge, type Edge, heightOf, paintGround, paintMist, ridgeColor } from "../terrain.js";

/** Paints dunes in front of distant mesas, with long crests between light and shadow. */
export function paintDesert(canvas: Canvas, plan: ImagePlan): Stage {
  const { palette, seed } = plan;
  const horizon = 0.58;
  const lightFrom = plan.luminary !== null && plan.luminary.x > 0.5 ? 1 : -1;
  paintTables(canvas, plan, horizon);
  let front: Edge = new Float32Array(canvas.size);
  for (let layer = 0; layer < 4; layer += 1) {
    const nearness = layer / 3;
    const random = createRandom(seed, `dune ${layer}`);
    const crests = createCrests(random, nearness);
    front = duneEdge(canvas.size, horizon + 0.075 + layer * 0.125, crests);
    const own = mix(palette.accents[1] ?? palette.far, palette.far, 0.35);
    const sand = mix(mix(palette.haze, own, 0.4 + 0.5 * nearness), palette.near, nearness * 0.1);
    const lit = mix(sand, palette.light, 0.32 - nearness * 0.12);
    paintGround(canvas, front, { top: lit, bottom: mix(sand, palette.near, 0.12), reach: 0.3 }, seed);
    paintSandRipples(
      canvas,
      front,
      { color: mix(sand, palette.near, 0.5), strength: 0.08 + nearness * 0.14 },
      seed + layer,
    );
    const shade = mix(mix(sand, palette.near, 0.5), palette.sky[1], 0.22);
    paintLee(canvas, front, { crests, lightFrom, shade, strength: 0.92 - 0.2 * (1 - nearness) }, seed + layer);
    if (layer < 2)
      paintMist(
        canvas,
        { y: horizon + 0.09 + layer * 0.12, reach: 0.05, color: palette.haze, strength: 0.35 },
        seed + layer,
      );
  }
  const x = standAway(plan);
  return { x, y: heightOf(front)(x) + 0.02, height: 0.26, isBacklit: false };
}

function paintTables(canvas: Canvas, { palette, seed }: ImagePlan, horizon: number): void {
  const { size } = canvas;
  const random = createRandom(seed, "tables");
  const form = {
    base: horizon + 0.05,
    rise: random.between(0.14, 0.22),
    hills: random.between(2, 3.2),
    sharpness: 0.5,
    octaves: 3,
  };
  const ridge = createRidge(size, form, seed, "tables");
  // Hills that are cut off at a height become mesas.
  const flat = Math.min(...ridge) + size * random.between(0.03, 0.06);
  const rock = ridgeColor(palette.haze, palette.far, palette.near, 0.16);
  paintGround(
    canvas,
    ridge.map((y) => Math.max(y, flat)),
    { top: rock, bottom: mix(rock, palette.haze, 0.6), reach: 0.14 },
    seed,
  );
  paintMist(canvas, { y: horizon + 0.03, reach: 0.08, color: palette.haze, strength: 0.5 }, seed);
}

/** The crest of a dune. Lengths are fractions of the image's width. */
interface Crest {
  readonly x: number;
  readonly height: number;
  readonly reach: number;
  /** How far its edge shifts towards the viewer. */
  readonly lean: number;
  readonly phase: number;
}

function createCrests(random: Random, nearness: number): readonly Crest[] {
  const count = nearness < 0.5 ? 3 : 2;
  return Array.from({ length: count }, (_, index) => ({
    x: (index + random.between(0.15, 0.85)) / count,
    height: random.between(0.07, 0.13) + 0.035 * nearness,
    reach: random.between(0.42, 0.62) * (1 + 0.5 * nearness),
    lean: random.between(-0.25, 0.25),
    phase: random.between(0, 6),
  }));
}

/** Returns the highest dune at a point, and its height above the next one. */
function crestAt(
  crests: readonly Crest[],
  x: number,
): { readonly crest: Crest | null; readonly height: number; readonly lead: number } {
  let crest: Crest | null = null;
  let height = 0;
  let second = 0;
  for (const candidate of crests) {
    const away = Math.min(Math.abs(x - candidate.x) / candidate.reach, 1);
    const own = candidate.height * (1 - away) ** 2 * (1 + 1.1 * away);
    second = Math.max(second, Math.min(own, height));
    if (own > height) crest = candidate;
    height = Math.max(height, own);
  }
  return { crest, height, lead: height - second };
}

function duneEdge(size: number, base: number, crests: readonly Crest[]): Edge {
  return Float32Array.from({ length: size }, (_, x) => (base - crestAt(crests, (x + 0.5) / size).height) * size);
}

/** Paints the shadow on the side of each dune that faces away from the light. */
function paintLee(
  canvas: Canvas,
  edge: Edge,
  lee: {
    readonly crests: readonly Crest[];
    readonly lightFrom: number;
    readonly shade: Color;
    readonly strength: number;
  },
  seed: number,
): void {
  const { size } = canvas;
  const random = createRandom(seed, "lee");
  const [u, v] = [random.next(), random.next()];
  for (let x = 0; x < size; x += 1) {
    const across = (x + 0.5) / size;
    const { crest, lead } = crestAt(lee.crests, across);
    if (crest === null) continue;
    // Between two dunes the ground is flat and lit.
    const steep = smoothStep(0, 0.5, lead / crest.height);
    const top = edge[x] ?? size;
    const end = Math.min(top + size * 0.42, size);
    for (let y = Math.max(Math.floor(top), 0); y < end; y += 1) {
      const depth = Math.max((y + 0.5 - top) / size, 0);
      const winding =
        crest.x +
        crest.lean * depth +
        0.11 * Math.sin(depth * 13 + crest.phase) * depth ** 0.6 -
        0.11 * Math.sin(crest.phase) * depth ** 0.6;
      const grain = (cloudNoise(u + across * 1.2, v + depth * 3) - 0.5) * 0.02;
      const behind = (winding - across + grain) * lee.lightFrom;
      const edgeSoft = 0.003 + depth * 0.16;
      const shadow =
        smoothStep(-edgeSoft * 0.3, edgeSoft, behind) *
        smoothStep(0.36, 0.02, depth) *
        steep *
        unit((y + 1 - top) / 1.5);
      if (shadow > 0) canvas.over(y * size + x, lee.shade, shadow * lee.strength);
    }
  }
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
