const shortestMs = 50;
const longestMs = 30_000;
const gentleShortestMs = 250;
const gentleLongestMs = 10_000;

/**
 * Delay until the next poll of a running job, in milliseconds. The provider's `pollAfterMs` wins, within bounds. A job
 * with a webhook is polled rarely. Otherwise the delay is an eighth of the job's age, within bounds.
 *
 * @param options.random from 0 to below 1. Without a webhook it spreads the delay by a tenth in both directions.
 */
export function pollDelayMs(options: {
  readonly pollAfterMs: number | undefined;
  /** Whether the vendor received a webhook URL: polling then only covers a lost webhook. */
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
