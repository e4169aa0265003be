import type { Clock } from "../../ports/clock.js";
import { type DueTime, dueIn, dueNow } from "./due-time.js";
import type { OutputPlace, RefusedSize } from "./size-breaker.js";
import type { TimingMemory } from "./timings.js";

/** Work that has been due for this long is probably served by no running worker. */
export const unservedAfterMs = 60_000;

/**
 * Memory that the workers of one process share from request to request. Plain data only: on Cloudflare Workers, the
 * timers and promises of a request end with it, and another request that waits for them hangs.
 */
export interface WorkerMemory {
  readonly timings: TimingMemory;
  /** By kind of row. */
  readonly nextPurges: Map<string, DueTime>;
  nextUnservedCheck: DueTime;
  /** When unclaimed outbox items are dropped next. */
  nextUnclaimedDrop: DueTime;
  /** Whether the last check found that the storage refuses writes, so that an outage is logged once. */
  storageRefusesWrites: boolean;
  /** By place and model: the largest output that did not fit. */
  readonly refusedSizes: Readonly<Record<OutputPlace, Map<string, RefusedSize>>>;
  /** Content types that cannot contain a mark, and were logged. */
  readonly unmarkedTypes: Set<string>;
  /** Whether it was logged that a preview is visible before the host's check. */
  warnedOfUncheckedPreview: boolean;
}

export function createWorkerMemory(clock: Pick<Clock, "now">): WorkerMemory {
  return {
    timings: { counts: new Map(), nextRead: dueNow },
    nextPurges: new Map(),
    nextUnservedCheck: dueIn(unservedAfterMs, clock.now()),
    nextUnclaimedDrop: dueNow,
    storageRefusesWrites: false,
    refusedSizes: { storage: new Map(), TMPDIR: new Map() },
    unmarkedTypes: new Set(),
    warnedOfUncheckedPreview: false,
  };
}
