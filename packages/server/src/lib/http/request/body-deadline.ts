import type { Clock } from "../../ports/clock.js";
import { ServiceError } from "../../service/errors/service-error.js";

/** Time limit for each {@link minStepBytes} of a body, or for its end, in milliseconds. */
const maxStepMs = 10_000;
/** Bytes of one step, at 1 KiB/s. A shorter body has one step. */
export const minStepBytes = 10_240;

/** The time limits of one request body. */
export interface BodyDeadline {
  /** Aborts with a `ServiceError` of the code `timeout`. */
  readonly signal: AbortSignal;
  /** Counts received bytes. */
  received(byteLength: number): void;
  /** Cancels the timers. */
  stop(): void;
}

/**
 * Aborts when a body stalls, is slower than 1 KiB/s, or exceeds its total time.
 *
 * @param options.maxMs time limit of the whole body, in milliseconds.
 */
export function startBodyDeadline({
  clock,
  maxMs,
}: {
  readonly clock: Pick<Clock, "setTimer">;
  readonly maxMs: number;
}): BodyDeadline {
  const limit = new AbortController();
  const abortAfter = (delayMs: number, detail: string) =>
    clock.setTimer(delayMs, () => limit.abort(new ServiceError("timeout", detail)));
  const startStep = () => abortAfter(maxStepMs, `The body stalled or was slower than 1 KiB/s: send it again.`);
  const cancelTotal = abortAfter(maxMs, `The body did not arrive within ${maxMs / 1_000} s: send it again.`);
  let cancelStep = startStep();
  let stepBytes = 0;
  const stop = (): void => {
    cancelStep();
    cancelTotal();
  };
  limit.signal.addEventListener("abort", stop, { once: true });
  return {
    signal: limit.signal,
    received: (byteLength) => {
      stepBytes += byteLength;
      if (stepBytes < minStepBytes || limit.signal.aborted) return;
      stepBytes = 0;
      cancelStep();
      cancelStep = startStep();
    },
    stop,
  };
}
