import { medianOf, quantileOf } from "../frame/quantiles.ts";

/** Median and 99th percentile; `NaN` without figures. */
export interface Quantiles {
  readonly p50: number;
  readonly p99: number;
}

/** Uses the nearest measured figure. */
export function quantilesOf(figures: readonly number[]): Quantiles {
  return { p50: medianOf(figures), p99: quantileOf(figures, 0.99) };
}

/** `"1.2 ms"`, `"340 ms"`. */
export function inMs(milliseconds: number): string {
  return `${milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds).toLocaleString("en-US")} ms`;
}

/** `"12.3 kB"`; a kB is 1,000 bytes. */
export function inKb(bytes: number): string {
  return `${(bytes / 1_000).toFixed(1)} kB`;
}

/** `"12.3 MB"`. */
export function inMb(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
