/** Whether a figure is as high as it should be; `null` where it could not be measured: it is absent or `NaN`. */
export function isAtLeast(figure: number | null, least: number): boolean | null {
  return isTold(figure) ? figure >= least : null;
}

/** As `isAtLeast`, of what should be as low. */
export function isAtMost(figure: number | null, most: number): boolean | null {
  return isTold(figure) ? figure <= most : null;
}

/** As `isAtLeast`, and not the same. */
export function isAbove(figure: number | null, other: number): boolean | null {
  return isTold(figure) ? figure > other : null;
}

/** Whether all of these are met: none is missed, and none is unknown. */
export function areAllMet(...met: readonly (boolean | null)[]): boolean | null {
  if (met.includes(false)) return false;
  return met.includes(null) ? null : true;
}

function isTold(figure: number | null): figure is number {
  return figure !== null && !Number.isNaN(figure);
}
