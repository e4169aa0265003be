import type { StoreUnavailable } from "../../ports/store/store-unavailable.js";
import { type CallQueue, NoResponse } from "./call-queue.js";
import { frozenDatabase } from "./frozen-database.js";

/** One call of a store to a database that is reached through a client of the host. */
export interface RetriedCall<Result> {
  /** Receives the max time of this try, in milliseconds. */
  readonly send: (timeoutMs: number) => Promise<Result>;
  /** The calls of the same client. */
  readonly queue: CallQueue;
  /** Max time including retries, in milliseconds. */
  readonly busyTimeoutMs: number;
  /**
   * Max time of a try, in milliseconds.
   *
   * @default the rest of `busyTimeoutMs`
   */
  readonly responseTimeoutMs?: number | undefined;
  readonly random: () => number;
  /** Whether a repeat would fail again: the call itself is at fault. */
  readonly isOwnFault: (error: unknown) => boolean;
  /** Whether the database refuses writes because it is copied, or has moved. A retry would last too long. */
  readonly isFrozen: (error: unknown) => boolean;
  /** Called before each retry. */
  readonly onRetry?: (error: unknown) => void;
  /** The error of a call that could not be completed in time. */
  readonly toUnavailable: (cause: unknown) => StoreUnavailable;
}

/**
 * Sends a call until the database responds. Retries are safe: a token, or the nature of the command, makes a repeat
 * return the first result. Only `addTimings` may count twice, which moves an estimate slightly.
 */
export async function retryCall<Result>(call: RetriedCall<Result>): Promise<Result> {
  const { busyTimeoutMs, queue, responseTimeoutMs, send } = call;
  const deadline = performance.now() + busyTimeoutMs;
  // The last error that the client reported. It names the cause, while the timeout of the last try does not.
  let reported: unknown = null;
  for (let failures = 0; ; failures += 1) {
    try {
      return await queue.run(send, responseTimeoutMs ?? Math.max(deadline - performance.now(), 0));
    } catch (error) {
      if (call.isFrozen(error)) throw frozenDatabase(error);
      if (call.isOwnFault(error)) throw error;
      if (!(error instanceof NoResponse)) reported = error;
      const pauseMs = pauseAfter(failures, call.random);
      if (performance.now() + pauseMs < deadline) {
        call.onRetry?.(error);
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
        // The timer may be late. A try without time would only cost its connection.
        if (performance.now() < deadline) continue;
      }
      throw call.toUnavailable(reported ?? error);
    }
  }
}

/** In milliseconds: full jitter over a window that doubles from 20 ms to one second. */
function pauseAfter(failures: number, random: () => number): number {
  return random() * Math.min(20 * 2 ** failures, 1_000);
}
