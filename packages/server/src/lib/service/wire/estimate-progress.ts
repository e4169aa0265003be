/** Estimated progress at the expected end. */
const estimateAtExpectedEnd = 0.9;
/** Limit of the estimate: only a completed generation has progress 1. */
const maxEstimate = 0.99;
/** Rate at which the estimate approaches its limit after the expected end. */
const decayRate = 2;

/**
 * Estimates the progress of a generation whose provider does not report it. Grows with time and never decreases, is 0.9 at
 * the expected end, slows down after it, and never reaches 1.
 *
 * @param times.elapsedMs time since the start.
 * @param times.expectedMs duration of earlier runs.
 */
export function estimateProgress(times: { readonly elapsedMs: number; readonly expectedMs: number }): number {
  const share = Math.max(times.elapsedMs, 0) / Math.max(times.expectedMs, 1);
  if (share <= 1) return share * estimateAtExpectedEnd;
  return maxEstimate - (maxEstimate - estimateAtExpectedEnd) * Math.exp(decayRate * (1 - share));
}
