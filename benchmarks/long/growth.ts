import { medianOf } from "../frame/quantiles.ts";

/** A value at one moment of one lifetime. */
export interface Reading {
  readonly lifetime: number;
  /** Seconds. */
  readonly age: number;
  readonly value: number;
}

/** Growth with age from the first reading to the last, by least squares; `NaN` without readings. */
export function growthWithAge(readings: readonly Reading[]): number {
  const ages = readings.map(({ age }) => age);
  const [age, value] = [meanOf(ages), meanOf(readings.map((each) => each.value))];
  const slope = slopeOf(readings.map((each) => ({ x: each.age - age, y: each.value - value })));
  return slope * (Math.max(...ages) - Math.min(...ages));
}

/** Growth from the first lifetime to the last, by least squares through the medians. */
export function growthAcrossLifetimes(readings: readonly Reading[]): number {
  const lifetimes = lifetimesOf(readings);
  const middle = (lifetimes.length - 1) / 2;
  const medians = lifetimes.map((lifetime) => medianOf(lifetime.map(({ value }) => value)));
  const mean = meanOf(medians);
  return slopeOf(medians.map((median, index) => ({ x: index - middle, y: median - mean }))) * (lifetimes.length - 1);
}

function lifetimesOf(readings: readonly Reading[]): readonly (readonly Reading[])[] {
  const lifetimes = new Set(readings.map(({ lifetime }) => lifetime));
  return [...lifetimes].map((lifetime) => readings.filter((reading) => reading.lifetime === lifetime));
}

/** Slope of points around their mean. */
function slopeOf(points: readonly { readonly x: number; readonly y: number }[]): number {
  const [products, squares] = points.reduce(([xy, xx], { x, y }) => [xy + x * y, xx + x * x], [0, 0]);
  return products / squares;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
