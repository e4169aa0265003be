import type { Environment } from "../environment.js";
import { backoffMs } from "../requests/backoff.js";

/** Failures of one loop, which determine its backoff and when it is offline. */
export interface FailureCount {
  /** Records a response. */
  succeed(): void;
  /**
   * Records a failure.
   *
   * @param isCut the server held the request before it was cut: not a failure to back off from.
   */
  fail(isCut: boolean): { readonly isOffline: boolean; readonly backoffMs: number };
}

/** After this time without a failure, the next one counts as the first. */
const healthyMs = 30_000;

/** Creates the count of one loop. */
export function createFailureCount(environment: Environment): FailureCount {
  const { ticks, isOnline } = environment;
  let failures = 0;
  let failuresInRow = 0;
  let healthySince = Infinity;
  return {
    succeed() {
      failuresInRow = 0;
      healthySince = Math.min(healthySince, ticks());
    },
    fail(isCut) {
      if (ticks() - healthySince >= healthyMs) failures = 0;
      if (!isCut) healthySince = Infinity;
      failuresInRow += 1;
      // One failure may be a cut, unless the device reports offline or two real failures preceded it.
      const tolerated = isOnline() && (isCut || failures < 2) ? 1 : 0;
      const isOffline = failuresInRow > tolerated;
      const delayMs = backoffMs(environment, isCut ? 0 : failures);
      if (!isCut) failures += 1;
      return { isOffline, backoffMs: delayMs };
    },
  };
}
