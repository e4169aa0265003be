import type { Clock } from "../ports/clock.js";
import { interruptible } from "./interruptible.js";

/**
 * Waits for work, but no longer than a time and a signal allow. The work itself may go on.
 *
 * @param work is given the signal that tells it when nobody waits any more.
 * @throws the signal's reason once it is aborted, or an error that names the time once it is over.
 */
export async function withinTime<T>(
  clock: Clock,
  { limitMs, signal }: { readonly limitMs: number; readonly signal: AbortSignal },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  // `AbortSignal.any` would do, and takes three times as long.
  const own = new AbortController();
  const follow = (): void => own.abort(signal.reason);
  const cancelTimer = clock.setTimer(limitMs, () => own.abort(new Error(`There was no answer in ${limitMs} ms.`)));
  if (signal.aborted) follow();
  else signal.addEventListener("abort", follow);
  try {
    return await interruptible(own.signal, work(own.signal));
  } finally {
    cancelTimer();
    signal.removeEventListener("abort", follow);
  }
}
