import { reasonOf } from "./abort.js";
import type { Environment } from "./environment.js";

/** How to pause. */
export interface PauseOptions {
  /** How long; `Infinity` waits for `until` alone. */
  readonly ms: number;
  /** Ends the pause early; asked whenever the device goes on- or offline and the page is shown or hidden. */
  readonly until?: (() => boolean) | undefined;
  readonly signal: AbortSignal | undefined;
}

/** Waits. Rejects with the signal's reason when that is aborted; leaves no timer and no listener behind. */
export function pause(environment: Environment, { ms, until, signal }: PauseOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(reasonOf(signal));
    const end = (settle: () => void) => {
      cancel();
      unsubscribe();
      signal?.removeEventListener("abort", abort);
      settle();
    };
    const abort = () => end(() => reject(signal && reasonOf(signal)));
    const cancel = ms === Infinity ? () => {} : environment.schedule(() => end(resolve), ms);
    const unsubscribe = environment.onChange(() => {
      if (until?.()) end(resolve);
    });
    signal?.addEventListener("abort", abort);
  });
}
