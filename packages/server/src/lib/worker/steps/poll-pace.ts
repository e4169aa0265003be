const shortestMs = 50;
const longestMs = 30_000;
const gentleShortestMs = 250;
const gentleLongestMs = 10_000;

/**
 * When a running job is asked about again: when its provider says so, within reason; rarely where the vendor calls back;
 * otherwise often while it is young and ever less often as it grows old, an eighth of its age.
 *
 * @param options.random from 0 to below 1; spreads jobs of one age by a tenth each way.
 */
export function pollDelayMs(options: {
  readonly pollAfterMs: number | undefined;
  /** Whether the vendor was asked to call back: then asking is for the call-back that got lost. */
  readonly callsBack: boolean;
  readonly runningForMs: number;
  readonly random: number;
}): number {
  const { callsBack, pollAfterMs, runningForMs, random } = options;
  if (pollAfterMs !== undefined && Number.isFinite(pollAfterMs)) return within(pollAfterMs, shortestMs, longestMs);
  if (callsBack) return longestMs * (0.9 + random / 10);
  return within(runningForMs / 8, gentleShortestMs, gentleLongestMs) * (0.9 + random / 5);
}

function within(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
