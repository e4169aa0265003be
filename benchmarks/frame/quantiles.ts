/** The quantile, as the nearest measured figure; `NaN` without figures. */
export function quantileOf(figures: readonly number[], part: number): number {
  const sorted = figures.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN;
}

export function medianOf(figures: readonly number[]): number {
  return quantileOf(figures, 0.5);
}
