import { type Canvas, lengthOf, smoothStep, unit } from "./canvas.js";
import { blend, type Color, createGradient, mix } from "./color.js";
import { cloudNoise, createLineNoise, fractal } from "./noise.js";
import { createRandom } from "./random.js";

/** Top of a shape in each column, in pixels from the top. */
export type Edge = Float32Array;

/** Returns the edge as a function. Its argument and its result are fractions of the image's width. */
export function heightOf(edge: Edge): (x: number) => number {
  const size = edge.length;
  return (x) => (edge[Math.min(Math.max(Math.floor(x * size), 0), size - 1)] ?? size) / size;
}

/** Form of a ridge. Lengths are fractions of the image's width. */
export interface RidgeForm {
  /** Position of its foot, from 0 (top of the image) to 1. */
  readonly base: number;
  /** Height above its foot. */
  readonly rise: number;
  /** Number of large hills across the image. */
  readonly hills: number;
  /** From 0 (round hills) to 1 (peaks). */
  readonly sharpness: number;
  readonly octaves: number;
}

/** Creates the edge of a ridge. */
export function createRidge(size: number, form: RidgeForm, seed: number, part: string): Edge {
  const { base, rise, hills, sharpness, octaves } = form;
  const noise = createLineNoise(seed, part);
  const round = fractal(noise, octaves, 0.46);
  const start = createRandom(seed, `${part} start`).between(0, 200);
  return Float32Array.from({ length: size }, (_, x) => {
    const along = start + ((x + 0.5) / size) * hills;
    const smooth = 0.5 + 0.5 * round(along);
    const peaked = peaks(noise, along, octaves);
    return (base - rise * (smooth * (1 - sharpness) + peaked * sharpness)) * size;
  });
}

/** Ridged noise from about 0 to 1. It is folded at its zeros, which become the peaks. */
function peaks(noise: (x: number) => number, along: number, octaves: number): number {
  let sum = 0;
  let strength = 0.62;
  let scale = 1;
  let weight = 1;
  for (let octave = 0; octave < octaves; octave += 1) {
    const fold = 1 - Math.abs(noise(along * scale + octave * 19.7)) * 1.5;
    const signal = Math.max(fold, 0) ** 1.6 * weight;
    weight = unit(signal * 1.5 + 0.25);
    sum += signal * strength;
    strength *= 0.44;
    scale *= 2.07;
  }
  return sum;
}

/** Appearance of the ground below an edge. */
export interface Ground {
  readonly top: Color;
  /** Color from `reach` below the edge on. */
  readonly bottom: Color;
  /** Fraction of the image's width. */
  readonly reach: number;
  /** Edge of the soil under plants, from which `reach` counts. @default the filled edge */
  readonly soil?: Edge;
  /** Lower end of the fill, from 0 to 1; the foreground covers the rest. @default 1 */
  readonly end?: number;
  /** Faces of rock, lit or in shadow. */
  readonly faces?: {
    readonly lit: Color;
    readonly dark: Color;
    /** -1: the light comes from the left; 1: from the right. */
    readonly lightFrom: number;
    /** Irregularity of the faces: 1 for rock, less for sand. */
    readonly wobble?: number;
  };
  /** Snow on the peaks. `depth` is a fraction of the image's width. */
  readonly snow?: { readonly depth: number; readonly lit: Color; readonly dark: Color };
}

/** Fills the area below an edge. */
export function paintGround(canvas: Canvas, edge: Edge, ground: Ground, seed: number): void {
  const { size } = canvas;
  const gradient = createGradient([ground.top, ground.bottom]);
  const reach = ground.reach * size;
  const { faces, snow } = ground;
  const roughness = faces?.wobble ?? 1;
  const end = Math.min(Math.ceil((ground.end ?? 1) * size), size);
  const random = createRandom(seed, "faces");
  const [u, v] = [random.next(), random.next()];
  const heightAt = (x: number): number => edge[Math.min(Math.max(Math.round(x), 0), size - 1)] ?? size;
  for (let x = 0; x < size; x += 1) {
    const top = heightAt(x);
    const lift = ground.soil === undefined ? 0 : (ground.soil[x] ?? top) - top;
    const steepness = lengthOf(1, heightAt(x + 1) - heightAt(x - 1)) ** 0.5;
    for (let y = Math.max(Math.floor(top - 1), 0); y < end; y += 1) {
      const depth = y + 0.5 - top;
      const cover = unit(depth / steepness + 0.5);
      if (cover <= 0) continue;
      const pixel = y * size + x;
      canvas.over(pixel, gradient((depth - lift) / reach), cover);
      if (faces === undefined || depth > reach) continue;
      // The faces get larger with the depth below the crest.
      const wobble = (cloudNoise(u + (x / size) * 1.9, v + (y / size) * 1.9) - 0.5) * roughness;
      const span = 2 + depth * 0.42;
      const center = x + wobble * depth * 1.5;
      const slope = (heightAt(center + span) - heightAt(center - span)) / (2 * span);
      const lit = smoothStep(-0.35, 0.35, -slope * faces.lightFrom + wobble * 0.5);
      const fade = 1 - smoothStep(0.35, 1, depth / reach);
      canvas.over(pixel, lit > 0.5 ? faces.lit : faces.dark, cover * fade * Math.abs(lit - 0.5) * 1.1);
      if (snow === undefined) continue;
      const line = snow.depth * size * (0.45 + 1.25 * cloudNoise(u + (x / size) * 2.7, v + 0.4 + (y / size) * 0.9));
      const white = smoothStep(line, line * 0.72, depth) * cover;
      if (white > 0) canvas.over(pixel, blend(snow.dark, snow.lit, lit), white * 0.95);
    }
  }
}

/** Raises an edge to the outline of pines. */
export function growPines(
  edge: Edge,
  pines: { readonly count: number; readonly height: number; readonly density?: number },
  seed: number,
  part: string,
): Edge {
  const size = edge.length;
  const random = createRandom(seed, part);
  const clearing = createLineNoise(seed, `${part} clearing`);
  const grown = Float32Array.from(edge);
  for (let index = 0; index < pines.count; index += 1) {
    const at = random.next() * size;
    if (clearing((at / size) * 4) > (pines.density ?? 0.35)) continue;
    const height = pines.height * size * random.between(0.5, 1);
    const half = height * random.between(0.17, 0.24);
    const tiers = random.whole(5, 8);
    const ground = edge[Math.min(Math.floor(at), size - 1)] ?? size;
    for (let x = Math.max(Math.floor(at - half), 0); x <= Math.min(Math.ceil(at + half), size - 1); x += 1) {
      const away = Math.abs(x + 0.5 - at) / half;
      if (away >= 1) continue;
      // Each tier of branches overlaps the one below.
      const tier = (away * tiers) % 1;
      const top = ground - height * (1 - away) ** 0.92 + height * 0.055 * tier - height * 0.02;
      grown[x] = Math.min(grown[x] ?? size, Math.max(top, ground - height));
    }
  }
  return grown;
}

/** Paints drifting mist around a height, thinner above and below. */
export function paintMist(
  canvas: Canvas,
  mist: { readonly y: number; readonly reach: number; readonly color: Color; readonly strength: number },
  seed: number,
): void {
  const { size } = canvas;
  const { y: middle, reach, color, strength } = mist;
  const random = createRandom(seed, `mist ${middle.toFixed(3)}`);
  const [u, v] = [random.next(), random.next()];
  const area = { left: 0, right: size, top: (middle - reach) * size, bottom: (middle + reach) * size };
  canvas.overArea(area, color, (x, y) => {
    const off = Math.abs(y / size - middle) / reach;
    const drift = cloudNoise(u + (x / size) * 0.55, v + (y / size) * 1.6);
    return strength * (1 - off * off) ** 2 * smoothStep(0.12, 0.8, drift);
  });
}

/** Returns the color of a ridge, from distant haze to near shadow. `nearness` from 0 to 1. */
export function ridgeColor(haze: Color, far: Color, near: Color, nearness: number): Color {
  return nearness < 0.5 ? mix(mix(haze, far, 0.35), far, nearness * 2) : mix(far, near, nearness * 2 - 1);
}
