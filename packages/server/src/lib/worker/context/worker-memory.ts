import type { Clock } from "../../ports/clock.js";
import type { TimingMemory } from "./timings.js";

/** Work that has been due for this long is probably served by no running worker. */
export const unservedAfterMs = 60_000;

/**
 * Memory that the workers of one process share from request to request. Plain data only: on Cloudflare Workers, the
 * timers and promises of a request end with it, and another request that waits for them hangs.
 */
export interface WorkerMemory {
  readonly timings: TimingMemory;
  /** By kind of row, when the next purge is due, in epoch milliseconds. */
  readonly purgeAt: Map<string, number>;
  /** When the next check for unserved models is due, in epoch milliseconds. */
  unservedCheckAt: number;
  /** When unclaimed outbox items are dropped next, in epoch milliseconds. */
  unclaimedDropAt: number;
}

export function createWorkerMemory(clock: Pick<Clock, "now">): WorkerMemory {
  return {
    timings: { counts: new Map(), readAt: Number.NEGATIVE_INFINITY },
    purgeAt: new Map(),
    unservedCheckAt: clock.now() + unservedAfterMs,
    unclaimedDropAt: 0,
  };
}
