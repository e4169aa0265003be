import type { Clock } from "../ports/clock.js";
import { interruptible } from "./interruptible.js";

/**
 * Waits for work, but no longer than a time and a signal allow. The work itself may go on.
 *
 * @throws the signal's reason once it is aborted, or an error that names the time once it is over.
 */
export async function withinTime<T>(
  clock: Clock,
  { limitMs, signal }: { readonly limitMs: number; readonly signal: AbortSignal },
  work: Promise<T>,
): Promise<T> {
  const limit = new AbortController();
  const cancelTimer = clock.setTimer(limitMs, () => limit.abort(new Error(`There was no answer in ${limitMs} ms.`)));
  try {
    return await interruptible(AbortSignal.any([signal, limit.signal]), work);
  } finally {
    cancelTimer();
  }
}
