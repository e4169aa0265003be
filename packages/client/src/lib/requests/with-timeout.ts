import type { Environment } from "../environment.js";
import { onAbort, reasonOf } from "./abort.js";
import { firstOf } from "./first-of.js";
import { SafelightError } from "./safelight-error.js";

/** Conditions that end a request early. */
export interface RequestLimits {
  readonly environment: Environment;
  /** The caller's signal. */
  readonly signal: AbortSignal | undefined;
  /** `Infinity` for none. */
  readonly timeoutMs: number;
  /** Method and URL, for the message. */
  readonly requestLine: string;
}

/**
 * Runs a request under its own signal. Rejects as soon as that signal aborts, even if the work ignores it. The work may
 * restart the timeout.
 *
 * @throws {SafelightError} `timeout` or `network`; an error of the work that is a `SafelightError`; or the reason of the
 * caller's signal.
 */
export function withTimeout<Result>(
  { environment, signal, timeoutMs, requestLine }: RequestLimits,
  work: (own: AbortSignal, restart: (timeoutMs: number) => void) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  let cancelTimer = () => {};
  return firstOf<Result>((resolve, reject) => {
    const abort = (reason: unknown) => {
      reject(reason);
      controller.abort(reason);
    };
    const fail = (code: "network" | "timeout", cause?: unknown) =>
      abort(new SafelightError(code, `No result: ${code} (${requestLine})`, { cause }));
    const restart = (ms: number) => {
      cancelTimer();
      // `setTimeout` has a max delay.
      if (ms < Infinity) cancelTimer = environment.schedule(() => fail("timeout"), ms);
    };
    const unsubscribes = [onAbort(signal, abort), () => cancelTimer()];
    if (controller.signal.aborted) return unsubscribes;
    restart(timeoutMs);
    work(controller.signal, restart).then(resolve, (error) => {
      if (signal?.aborted) reject(reasonOf(signal));
      else if (error instanceof SafelightError) abort(error);
      else fail("network", error);
    });
    return unsubscribes;
  });
}
