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
  /** By kind of expired rows, when to look for them next, in epoch milliseconds. */
  readonly retentionAt: Map<string, number>;
  /** When to look for work of unserved models next, in epoch milliseconds. */
  unservedCheckAt: number;
}

export function createWorkerMemory(clock: Pick<Clock, "now">): WorkerMemory {
  return {
    timings: { counts: new Map(), readAt: Number.NEGATIVE_INFINITY },
    retentionAt: new Map(),
    unservedCheckAt: clock.now() + unservedAfterMs,
  };
}
