/** Seconds for a header: rounded up, so that clients do not retry too early, and at least 1. */
export function toWholeSeconds(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1_000));
}
