import type { Clock } from "../../ports/clock.js";

/** Sleeps for `delayMs`; an abort ends the sleep early, without an error. */
export function sleep(
  clock: Clock,
  { delayMs, signal }: { readonly delayMs: number; readonly signal: AbortSignal },
): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const wake = (): void => {
      cancelTimer();
      signal.removeEventListener("abort", wake);
      resolve();
    };
    const cancelTimer = clock.setTimer(delayMs, wake);
    signal.addEventListener("abort", wake, { once: true });
  });
}
