import type { OutcomeCount } from "../ports/store/operator-counts.js";

/** Number of generations in all rows. */
export function countOf(rows: readonly Pick<OutcomeCount, "count">[]): number {
  return rows.reduce((total, { count }) => total + count, 0);
}

/** The rows of each key. The group with the most generations is first. */
export function groupBy(
  rows: readonly OutcomeCount[],
  keyOf: (row: OutcomeCount) => string,
): readonly (readonly [key: string, rows: readonly OutcomeCount[]])[] {
  const groups = new Map<string, OutcomeCount[]>();
  for (const row of rows) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row]);
  return [...groups].sort(([, left], [, right]) => countOf(right) - countOf(left));
}
