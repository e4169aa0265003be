import { medianOf } from "../frame/quantiles.ts";

/** Something that was counted at one moment of one life. */
export interface Reading {
  readonly life: number;
  /** Seconds. */
  readonly age: number;
  readonly value: number;
}

/** How much it grows with age from the first reading to the last, by least squares; `NaN` where nothing was read. */
export function growthWithAge(readings: readonly Reading[]): number {
  const ages = readings.map(({ age }) => age);
  const [age, value] = [meanOf(ages), meanOf(readings.map((each) => each.value))];
  const slope = slopeOf(readings.map((each) => ({ x: each.age - age, y: each.value - value })));
  return slope * (Math.max(...ages) - Math.min(...ages));
}

/** How much it grows from the first life to the last, by least squares through the median of each. */
export function growthAcrossLives(readings: readonly Reading[]): number {
  const lives = livesOf(readings);
  const middle = (lives.length - 1) / 2;
  const medians = lives.map((life) => medianOf(life.map(({ value }) => value)));
  const mean = meanOf(medians);
  return slopeOf(medians.map((median, index) => ({ x: index - middle, y: median - mean }))) * (lives.length - 1);
}

function livesOf(readings: readonly Reading[]): readonly (readonly Reading[])[] {
  const lives = new Set(readings.map(({ life }) => life));
  return [...lives].map((life) => readings.filter((reading) => reading.life === life));
}

/** Of points around their mean. */
function slopeOf(points: readonly { readonly x: number; readonly y: number }[]): number {
  const [products, squares] = points.reduce(([xy, xx], { x, y }) => [xy + x * y, xx + x * x], [0, 0]);
  return products / squares;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
