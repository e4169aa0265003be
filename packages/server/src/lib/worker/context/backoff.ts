const baseMs = 2_000;
const capMs = 300_000;
const patienceBaseMs = 1_000;
const patienceCapMs = 30_000;
const outageBaseMs = 100;
const outageCapMs = 10_000;

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
  return Math.max(retryAfterMs, 0) + random * doubled(baseMs, attempt - 1, capMs);
}

/**
 * Delay before a free request, such as a poll, is retried, in milliseconds. It is about as long as the retries have
 * taken so far. So it doubles each time, without a stored counter.
 */
export function patienceMs(options: { readonly waitedMs: number; readonly random: number }): number {
  const window = Math.min(Math.max(options.waitedMs, patienceBaseMs), patienceCapMs);
  return window * (0.5 + options.random / 2);
}

/**
 * Delay before the next command to an unavailable store, in milliseconds: full jitter, so that workers do not retry at
 * once.
 */
export function outageDelayMs(options: { readonly failures: number; readonly random: number }): number {
  return options.random * doubled(outageBaseMs, options.failures, outageCapMs);
}

function doubled(base: number, times: number, cap: number): number {
  return Math.min(base * 2 ** times, cap);
}
