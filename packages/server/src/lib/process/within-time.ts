import type { Clock } from "../ports/clock.js";
import { interruptible } from "./interruptible.js";
import { shieldListeners } from "./shield-listeners.js";

/** How long {@link withinTime} waits, and for what. */
export interface TimeLimit {
  /** In milliseconds. */
  readonly limitMs: number;
  /** Absent: only the time limits the wait. */
  readonly signal?: AbortSignal;
  /** Subject of the error, such as "Storing an output". */
  readonly what: string;
}

/**
 * Waits for work, but no longer than a time and a signal allow. The work itself may go on, and may reject later.
 *
 * @param work gets the signal that aborts when the wait is over.
 * @throws the signal's reason once it is aborted, or an error that names the time once it is over.
 */
export async function withinTime<T>(
  clock: Clock,
  { limitMs, signal, what }: TimeLimit,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController();
  const cancelTimer = clock.setTimer(limitMs, () => limit.abort(new Error(`${what} timed out after ${limitMs} ms.`)));
  const either = shieldListeners(signal === undefined ? limit.signal : AbortSignal.any([signal, limit.signal]));
  try {
    return await interruptible(either, work(either));
  } finally {
    cancelTimer();
  }
}
