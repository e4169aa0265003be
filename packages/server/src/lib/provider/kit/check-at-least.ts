/** @throws {RangeError} for a number below `least`; one that is absent is left to the vendor. */
export function checkAtLeast(least: number, value: number | undefined, name: string): void {
  if (value === undefined || (value >= least && Number.isFinite(value))) return;
  throw new RangeError(`${name} must be at least ${least}, not ${value}`);
}
