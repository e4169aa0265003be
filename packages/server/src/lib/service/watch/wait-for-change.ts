import { maxWaitSeconds } from "@safelight/client/contract";
import { type ChangeWaiterContext, createChangeWaiter } from "./change-waiter.js";
import type { Watched } from "./owner-watch.js";

/** Options of a wait. */
export interface WaitOptions<Result> {
  readonly ownerId: string;
  /** As of `Watched`. */
  readonly holderId?: string | undefined;
  /** Whether a read at this position would return nothing. */
  readonly isCurrent?: Watched["isCurrent"];
  /** Reads the rows. `null`: nothing to return yet. */
  readonly read: () => Promise<Result | null>;
  /** Milliseconds, capped at the contract's max; 0 reads once. */
  readonly waitMs: number;
  /** The request's signal: the wait ends when the client disconnects. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads until there is a result, the time is over, the request is aborted or the server closes. Reads only once when this
 * owner, or all owners together, have too many watches.
 *
 * Subscribes before the first read, so that no change is missed. A lost hint costs time only: the last step is a read.
 *
 * @returns `null` when there was no result.
 */
export async function waitForChange<Result>(
  context: ChangeWaiterContext,
  { ownerId, holderId, isCurrent, read, waitMs, signal }: WaitOptions<Result>,
): Promise<Result | null> {
  if (waitMs <= 0) return read();
  const cappedMs = Math.min(waitMs, maxWaitSeconds * 1_000);
  const waiter = createChangeWaiter(context, { ownerId, holderId, isCurrent, waitMs: cappedMs, signal });
  if (waiter === null) return read();
  try {
    for (;;) {
      waiter.clear();
      const result = await read();
      if (result !== null || waiter.isTimedOut()) return result;
      await waiter.wait();
      if (waiter.isAborted()) return null;
    }
  } finally {
    waiter.dispose();
  }
}
