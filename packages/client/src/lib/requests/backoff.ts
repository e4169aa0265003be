import type { Environment } from "../environment.js";

const minBackoffMs = 500;
/** Max delay of the backoff. With a longer `Retry-After`, a command fails, and a page that watches waits for this time of it. */
export const maxBackoffMs = 30_000;

/** Exponential delay, from half a second to half a minute. @param failures number of earlier failures, from 0. */
export function growingDelayMs(failures: number): number {
  return Math.min(maxBackoffMs, minBackoffMs * 2 ** failures);
}

/**
 * Exponential backoff with full jitter, so that clients that failed together do not retry together.
 *
 * @param failures number of earlier failures, from 0.
 */
export function backoffMs(environment: Environment, failures: number): number {
  return environment.random() * growingDelayMs(failures);
}
