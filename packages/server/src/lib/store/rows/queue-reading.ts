import type { ActiveState } from "../../generation/generation-state.js";
import type { QueueReading } from "../../ports/store/queue-reading.js";

const none: Readonly<Record<ActiveState, number>> = {
  queued: 0,
  submitting: 0,
  running: 0,
  storing: 0,
  retry_wait: 0,
  reconciling: 0,
};

/** @param row.oldestDueMs negative if nothing is due yet. */
export function toQueueReading(row: {
  readonly active: Readonly<Record<string, number>>;
  readonly oldestDueMs: number;
  readonly outbox: number;
}): QueueReading {
  return { active: { ...none, ...row.active }, oldestDueMs: Math.max(row.oldestDueMs, 0), outbox: row.outbox };
}
