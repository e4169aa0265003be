/** Bounds of the delay that a provider requests. */
const minRequestedMs = 50;
const maxRequestedMs = 30_000;
/** Bounds of the default delay. */
const minDefaultMs = 250;
const maxDefaultMs = 10_000;
/** Max delay of a job with a webhook. */
const maxWebhookMs = 30_000;

/**
 * Delay until the next poll of a running job, in milliseconds. The provider's `pollAfterMs` wins, within bounds. A job
 * with a webhook is polled rarely. Otherwise the delay is an eighth of the job's age, within bounds.
 *
 * @param options.random from 0 to below 1. Without a webhook it spreads the delay by a tenth in both directions.
 */
export function pollDelayMs(options: {
  readonly pollAfterMs: number | undefined;
  /** Whether the vendor received a webhook URL: polling then only covers a lost webhook. */
  readonly hasWebhook: boolean;
  readonly runningForMs: number;
  readonly random: number;
}): number {
  const { hasWebhook, pollAfterMs, runningForMs, random } = options;
  if (pollAfterMs !== undefined && Number.isFinite(pollAfterMs)) {
    return Math.min(Math.max(pollAfterMs, minRequestedMs), maxRequestedMs);
  }
  if (hasWebhook) return maxWebhookMs * (0.9 + random / 10);
  return Math.min(Math.max(runningForMs / 8, minDefaultMs), maxDefaultMs) * (0.9 + random / 5);
}
