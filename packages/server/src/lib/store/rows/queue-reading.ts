import type { ActiveState } from "../../generation/generation-state.js";
import type { QueueReading } from "../../ports/store/queue-reading.js";

/** Number of generations by state. */
type Counts = Readonly<Record<string, number>>;

/** The counts of a store. */
export interface QueueCounts {
  /** Max generations that are due, max generations that are due later, and max outbox items. */
  readonly limit: number;
  readonly due: Counts;
  /** Those that are due at a later time. */
  readonly later: Counts;
  /** Negative if nothing is due yet; `null` without an active generation. */
  readonly oldestDueMs: number | null;
  readonly outbox: number;
}

const none: Readonly<Record<ActiveState, number>> = {
  queued: 0,
  submitting: 0,
  running: 0,
  storing: 0,
  retry_wait: 0,
  reconciling: 0,
};

export function toQueueReading({ due, later, limit, oldestDueMs, outbox }: QueueCounts): QueueReading {
  const active: Record<string, number> = { ...none };
  for (const [state, count] of [...Object.entries(due), ...Object.entries(later)]) {
    active[state] = (active[state] ?? 0) + count;
  }
  return {
    active: { ...none, ...active },
    oldestDueMs: Math.max(oldestDueMs ?? 0, 0),
    outbox,
    isCapped: [totalOf(due), totalOf(later), outbox].some((count) => count >= limit),
  };
}

function totalOf(counts: Counts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
