import type { Clock } from "../ports/clock.js";
import { interruptible } from "./interruptible.js";
import { shieldListeners } from "./shield-listeners.js";

/** The reason of a signal that a time limit has aborted. */
export class TimeLimitError extends Error {}

/** Limits of {@link withinTime}. */
export interface TimeLimit {
  readonly clock: Clock;
  /** In milliseconds. */
  readonly limitMs: number;
  /** Absent: only the time limits the wait. */
  readonly signal?: AbortSignal;
  /** Subject of the error message, such as "Storing an output". */
  readonly what: string;
}

/**
 * Waits for work, but no longer than a time limit and a signal allow. The work itself may continue, and may reject
 * later.
 *
 * @param work gets the signal that aborts when the wait is over.
 * @throws the signal's reason once it aborts, or an error with the time limit once it has passed.
 */
export async function withinTime<T>(
  { clock, limitMs, signal, what }: TimeLimit,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController();
  const cancelTimer = clock.setTimer(limitMs, () =>
    limit.abort(new TimeLimitError(`${what} timed out after ${limitMs} ms.`)),
  );
  const either = shieldListeners(signal === undefined ? limit.signal : AbortSignal.any([signal, limit.signal]));
  try {
    return await interruptible(either, work(either));
  } finally {
    cancelTimer();
  }
}
