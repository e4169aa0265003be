import type { Environment } from "../environment.js";

const minBackoffMs = 500;
/** Maximum backoff, and the longest `Retry-After` that is waited for. */
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
