import { createRandom } from "./random.js";

const tileSize = 256;
let tile: Float32Array | null = null;

/**
 * Smooth cloud noise from 0 to 1, mostly between 0.2 and 0.8. It has period 1 in both directions.
 */
export function cloudNoise(u: number, v: number): number {
  tile ??= createTile();
  const x = (u - Math.floor(u)) * tileSize;
  const y = (v - Math.floor(v)) * tileSize;
  const left = Math.floor(x);
  const top = Math.floor(y);
  const alongX = x - left;
  const alongY = y - top;
  const row = (top & 255) * tileSize;
  const below = ((top + 1) & 255) * tileSize;
  const column = left & 255;
  const right = (left + 1) & 255;
  const upper = (tile[row + column] ?? 0) * (1 - alongX) + (tile[row + right] ?? 0) * alongX;
  const lower = (tile[below + column] ?? 0) * (1 - alongX) + (tile[below + right] ?? 0) * alongX;
  return upper * (1 - alongY) + lower * alongY;
}

/** Noise along a line, from -1 to 1. */
export type LineNoise = (x: number) => number;

/** Creates one octave of gradient noise along a line, with a random slope at each integer. */
export function createLineNoise(seed: number, part: string): LineNoise {
  const random = createRandom(seed, part);
  const slopes = Float32Array.from({ length: 256 }, () => random.between(-1, 1));
  return (x) => {
    const whole = Math.floor(x);
    const along = x - whole;
    const ease = along * along * along * (along * (along * 6 - 15) + 10);
    const before = (slopes[whole & 255] ?? 0) * along;
    const after = (slopes[(whole + 1) & 255] ?? 0) * (along - 1);
    return 2 * (before + (after - before) * ease);
  };
}

/** Adds finer octaves to a line noise. Each is weaker than the one before by the factor `roughness`. */
export function fractal(noise: LineNoise, octaves: number, roughness = 0.5): LineNoise {
  return (x) => {
    let sum = 0;
    let strength = 1;
    let scale = 1;
    for (let octave = 0; octave < octaves; octave += 1) {
      sum += noise(x * scale + octave * 37.3) * strength;
      strength *= roughness;
      scale *= 2;
    }
    return sum;
  };
}

/** Adds lattices of 4 to 128 cells with random heights, and scales the sum to 0 to 1. */
function createTile(): Float32Array {
  const sum = new Float32Array(tileSize * tileSize);
  let strength = 1;
  for (let cells = 4; cells <= 128; cells *= 2) {
    addLattice(sum, cells, strength);
    strength *= 0.52;
  }
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of sum) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return sum.map((value) => (value - low) / (high - low));
}

function addLattice(sum: Float32Array, cells: number, strength: number): void {
  const random = createRandom(cells, "cloud noise");
  const heights = Float32Array.from({ length: cells * cells }, () => random.next());
  const step = tileSize / cells;
  for (let y = 0; y < tileSize; y += 1) {
    const row = Math.floor(y / step);
    const alongY = ease(y / step - row);
    for (let x = 0; x < tileSize; x += 1) {
      const column = Math.floor(x / step);
      const alongX = ease(x / step - column);
      const at = (dx: number, dy: number): number =>
        heights[((row + dy) % cells) * cells + ((column + dx) % cells)] ?? 0;
      const upper = at(0, 0) + (at(1, 0) - at(0, 0)) * alongX;
      const lower = at(0, 1) + (at(1, 1) - at(0, 1)) * alongX;
      sum[y * tileSize + x] = (sum[y * tileSize + x] ?? 0) + (upper + (lower - upper) * alongY) * strength;
    }
  }
}

function ease(along: number): number {
  return along * along * (3 - 2 * along);
}
