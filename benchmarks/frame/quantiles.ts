/** The figure that a part of all figures stay below, the nearest one that was measured; `NaN` where there are none. */
export function quantileOf(figures: readonly number[], part: number): number {
  const sorted = figures.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN;
}

export function medianOf(figures: readonly number[]): number {
  return quantileOf(figures, 0.5);
}
