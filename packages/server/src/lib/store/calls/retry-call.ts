import { errorLine } from "../../ports/error-text.js";
import type { StoreUnavailable } from "../../ports/store/store-unavailable.js";
import { type CallQueue, NoResponse, type SendCall } from "./call-queue.js";
import { frozenDatabase } from "./frozen-database.js";

/** One call of a store to a database that is reached through a client of the host. */
export interface RetriedCall<Result> {
  readonly send: SendCall<Result>;
  /** The calls of the same client. */
  readonly queue: CallQueue;
  /** As in `RunOptions`, for each try: other calls with the key are sent during a pause. */
  readonly exclusiveKey?: string | undefined;
  /** No retry starts after this time, in milliseconds. Without `responseTimeoutMs`, the last try also ends then. */
  readonly busyTimeoutMs: number;
  /**
   * Max time of a try, in milliseconds.
   *
   * @default the rest of `busyTimeoutMs`
   */
  readonly responseTimeoutMs?: number | undefined;
  readonly random: () => number;
  /** Whether a retry would fail again, because the call itself is at fault. */
  readonly isPermanent: (error: unknown) => boolean;
  /** Whether the database refuses writes because it is copied, or has moved. A retry would last too long. */
  readonly isFrozen: (error: unknown) => boolean;
  /** Called before each retry. */
  readonly onRetry?: (error: unknown) => void;
  /** The error of a call that could not be completed in time. */
  readonly toUnavailable: (cause: unknown) => StoreUnavailable;
}

/**
 * Sends a call until the database responds. Retries are safe: each command is idempotent, most by a token. Only `addTimings` may count twice, which moves an estimate slightly.
 */
export async function retryCall<Result>(call: RetriedCall<Result>): Promise<Result> {
  const { busyTimeoutMs, exclusiveKey, queue, responseTimeoutMs, send } = call;
  const start = performance.now();
  // The last error that the client reported. It names the cause, while the timeout of the last try does not.
  let reported: unknown = null;
  let now = start;
  for (let failures = 0; ; failures += 1) {
    try {
      const timeoutMs = responseTimeoutMs ?? start + busyTimeoutMs - now;
      return await queue.run(send, { exclusiveKey, timeoutMs });
    } catch (error) {
      if (call.isFrozen(error)) throw frozenDatabase(error);
      if (call.isPermanent(error)) throw error;
      if (error instanceof NoResponse) throw call.toUnavailable(reported ?? error);
      reported = error;
      const pauseMs = pauseOf(failures, call.random);
      // A later try would be sent, and nothing would wait for it.
      const isLate = (atMs: number) => atMs - start >= busyTimeoutMs;
      if (isLate(performance.now() + pauseMs)) throw call.toUnavailable(error);
      call.onRetry?.(error);
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      now = performance.now();
      // On a busy machine, the pause takes longer.
      if (isLate(now)) throw call.toUnavailable(error);
    }
  }
}

/** Full jitter over a window that doubles from 20 ms to one second. */
function pauseOf(failures: number, random: () => number): number {
  return random() * Math.min(20 * 2 ** failures, 1_000);
}

/**
 * The message of a call that could not be completed in time. For the log only: errors of the client may name hosts, so
 * never show it to a caller.
 *
 * @param advice follows the error of a client that could not reach the database.
 */
export function unreachable(cause: unknown, advice: string): string {
  if (cause instanceof NoResponse) {
    return `The database did not respond (${cause.message}): check its state, its locks and its load.`;
  }
  return `Could not reach the database (${errorLine(cause)}): ${advice}.`;
}
