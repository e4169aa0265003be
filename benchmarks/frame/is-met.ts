/** Whether a figure reaches a minimum; `null` for an unknown figure: absent or `NaN`. */
export function isAtLeast(figure: number | null, min: number): boolean | null {
  return isKnown(figure) ? figure >= min : null;
}

/** Whether a figure is within a maximum; `null` as for `isAtLeast`. */
export function isAtMost(figure: number | null, max: number): boolean | null {
  return isKnown(figure) ? figure <= max : null;
}

/** Whether a figure is greater than another; `null` as for `isAtLeast`. */
export function isAbove(figure: number | null, other: number): boolean | null {
  return isKnown(figure) ? figure > other : null;
}

/** Whether all are met; `null` when none is missed and one is unknown. */
export function areAllMet(...met: readonly (boolean | null)[]): boolean | null {
  if (met.includes(false)) return false;
  return met.includes(null) ? null : true;
}

function isKnown(figure: number | null): figure is number {
  return figure !== null && !Number.isNaN(figure);
}
