import type { Environment } from "../environment.js";

const shortestBackoffMs = 500;
/** No pause between two tries is longer, unless the server asks for it. */
export const longestBackoffMs = 30_000;

/**
 * Full jitter: anything between nothing and the double of the time before, so that clients that failed together do not
 * come back together.
 *
 * @param failures how many there were before this one, from 0.
 */
export function backoffMs(environment: Environment, failures: number): number {
  return environment.random() * Math.min(longestBackoffMs, shortestBackoffMs * 2 ** failures);
}
