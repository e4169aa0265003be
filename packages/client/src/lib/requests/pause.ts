import type { Environment } from "../environment.js";
import { underSignal } from "./abort.js";

/** How to pause. */
export interface PauseOptions {
  readonly ms: number;
  /** Ends the pause early; asked whenever the device goes on- or offline and the page is shown or hidden. */
  readonly until?: (() => boolean) | undefined;
  readonly signal: AbortSignal | undefined;
}

/** Waits. Rejects with the signal's reason when that is aborted; leaves no timer and no listener behind. */
export function pause(environment: Environment, { ms, until, signal }: PauseOptions): Promise<void> {
  let resume = () => {};
  const arm = () => {
    const cancel = environment.schedule(() => resume(), ms);
    const unsubscribe = environment.onChange(() => until?.() && resume());
    return () => {
      cancel();
      unsubscribe();
    };
  };
  return underSignal(
    { signal, arm },
    () =>
      new Promise((resolve) => {
        resume = resolve;
      }),
  );
}
