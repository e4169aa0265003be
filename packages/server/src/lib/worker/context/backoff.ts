const baseMs = 2_000;
const capMs = 300_000;
const patienceBaseMs = 1_000;
const patienceCapMs = 30_000;
const outageBaseMs = 100;
const outageCapMs = 10_000;

/**
 * How long to wait before a failed attempt is made again: full jitter over a window that doubles with each attempt, on
 * top of what the vendor asked for.
 *
 * @param options.attempt the attempt that failed, from 1.
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
 * How long to wait before asking again what was asked before, free of charge: about as long as the asking has gone on
 * already, which doubles the time each round without a counter that would have to be stored.
 */
export function patienceMs(options: { readonly waitedMs: number; readonly random: number }): number {
  const window = Math.min(Math.max(options.waitedMs, patienceBaseMs), patienceCapMs);
  return window * (0.5 + options.random / 2);
}

/** How long to leave a store alone that did not answer: full jitter, so that workers do not come back as one. */
export function outageDelayMs(options: { readonly failures: number; readonly random: number }): number {
  return options.random * doubled(outageBaseMs, options.failures, outageCapMs);
}

function doubled(base: number, times: number, cap: number): number {
  return Math.min(base * 2 ** times, cap);
}
