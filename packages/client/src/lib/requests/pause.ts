import type { Environment } from "../environment.js";
import { onAbort } from "./abort.js";
import { firstOf } from "./first-of.js";

/** Options of `pause`. */
export interface PauseOptions {
  readonly ms: number;
  /**
   * Ends the pause early if it returns `true`. Checked when the device goes on- or offline, when the page is shown or
   * hidden, and when the server has responded to a command.
   */
  readonly until?: (() => boolean) | undefined;
  readonly signal: AbortSignal | undefined;
}

/** Waits. Rejects with the signal's reason if it aborts; leaves no timer and no listener behind. */
export function pause(environment: Environment, { ms, until, signal }: PauseOptions): Promise<void> {
  return firstOf((resolve, reject) => [
    onAbort(signal, reject),
    environment.schedule(resolve, ms),
    environment.onChange(() => until?.() && resolve()),
  ]);
}
