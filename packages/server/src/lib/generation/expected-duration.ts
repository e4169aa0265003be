/** Four buckets per doubling: an estimate is at most a tenth off. */
const bucketsPerDoubling = 4;

/** Min runs for an estimate. */
const minRuns = 3;

/** The logarithmic bucket of a duration in milliseconds. */
export function durationBucketOf(elapsedMs: number): number {
  return Math.round(Math.log2(Math.max(elapsedMs, 1)) * bucketsPerDoubling);
}

/**
 * The median of earlier runs, in milliseconds; `null` after fewer than three.
 *
 * @param counts pairs of a bucket and its number of runs, each bucket once.
 */
export function expectedDurationMs(counts: Iterable<readonly [bucket: number, count: number]>): number | null {
  return durationQuantileMs(counts, { share: 0.5, minRuns });
}

/** The duration, in milliseconds, within which a share of earlier runs ended; `null` after fewer than `minRuns`. */
export function durationQuantileMs(
  counts: Iterable<readonly [bucket: number, count: number]>,
  options: { readonly share: number; readonly minRuns: number },
): number | null {
  const sorted = [...counts].sort(([left], [right]) => left - right);
  const total = sorted.reduce((sum, [, count]) => sum + count, 0);
  if (total < options.minRuns) return null;
  let seen = 0;
  for (const [bucket, count] of sorted) {
    seen += count;
    if (seen >= total * options.share) return Math.round(2 ** (bucket / bucketsPerDoubling));
  }
  return null;
}
