const retryMinMs = 2_000;
const retryMaxMs = 300_000;
const freeRetryMinMs = 1_000;
const freeRetryMaxMs = 30_000;
const outageMinMs = 100;
const outageMaxMs = 10_000;

/**
 * Delay before a failed attempt is retried, in milliseconds: full jitter over a window that doubles with each attempt,
 * added to the vendor's `retryAfterMs`.
 *
 * @param options.attempt number of the failed attempt, from 1.
 * @param options.random from 0 to below 1.
 */
export function retryDelayMs(options: {
  readonly attempt: number;
  readonly retryAfterMs: number;
  readonly random: number;
}): number {
  const { attempt, retryAfterMs, random } = options;
  return Math.max(retryAfterMs, 0) + random * doubled({ minMs: retryMinMs, times: attempt - 1, maxMs: retryMaxMs });
}

/**
 * Delay before a free request, such as a poll or a lookup, is retried, in milliseconds. The window is the time that the
 * retries have taken so far, so it about doubles with each retry, without a stored counter.
 */
export function freeRetryDelayMs(options: { readonly waitedMs: number; readonly random: number }): number {
  const window = Math.min(Math.max(options.waitedMs, freeRetryMinMs), freeRetryMaxMs);
  return window * (0.5 + options.random / 2);
}

/**
 * Delay before the next command to an unavailable store, in milliseconds: full jitter, so that workers do not retry at
 * once.
 */
export function outageDelayMs(options: { readonly failures: number; readonly random: number }): number {
  return options.random * doubled({ minMs: outageMinMs, times: options.failures, maxMs: outageMaxMs });
}

function doubled({ minMs, times, maxMs }: { readonly minMs: number; readonly times: number; readonly maxMs: number }) {
  return Math.min(minMs * 2 ** times, maxMs);
}
