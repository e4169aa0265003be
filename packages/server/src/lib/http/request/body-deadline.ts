import type { Clock } from "../../ports/clock.js";
import { ServiceError } from "../../service/errors/service-error.js";

/** A body must deliver `stepBytes` in each `stepMs`, or end: 1 KiB/s. */
const stepMs = 10_000;
export const stepBytes = 10_240;

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
  const startStep = () => abortAfter(stepMs, "The body stalled or was slower than 1 KiB/s: send it again.");
  const cancelTotal = abortAfter(maxMs, `The body did not arrive within ${maxMs / 1_000} s: send it again.`);
  let cancelStep = startStep();
  let receivedBytes = 0;
  const stop = (): void => {
    cancelStep();
    cancelTotal();
  };
  limit.signal.addEventListener("abort", stop, { once: true });
  return {
    signal: limit.signal,
    received: (byteLength) => {
      receivedBytes += byteLength;
      if (receivedBytes < stepBytes || limit.signal.aborted) return;
      receivedBytes = 0;
      cancelStep();
      cancelStep = startStep();
    },
    stop,
  };
}
