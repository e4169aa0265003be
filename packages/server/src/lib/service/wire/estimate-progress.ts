/** How much is done when the end is expected. */
const doneWhenExpected = 0.9;
/** What it comes to when the end never comes: whole only where there is an end. */
const maxEstimate = 0.99;
/** How fast what is left shrinks when it is late. */
const lateness = 2;

/**
 * How far a generation is likely to be whose provider does not say. Grows with time and never goes back, is nine tenths
 * when the end is expected, slows down when that is late, and never reaches 1.
 *
 * @param times.elapsedMs since the start.
 * @param times.expectedMs how long others took.
 */
export function estimateProgress(times: { readonly elapsedMs: number; readonly expectedMs: number }): number {
  const share = Math.max(times.elapsedMs, 0) / Math.max(times.expectedMs, 1);
  if (share <= 1) return share * doneWhenExpected;
  return maxEstimate - (maxEstimate - doneWhenExpected) * Math.exp(lateness * (1 - share));
}
