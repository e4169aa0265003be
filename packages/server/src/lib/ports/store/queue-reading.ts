import type { ActiveState } from "../../generation/generation-state.js";

/** The work that has not ended, of all models and owners, in one snapshot. */
export interface QueueReading {
  /** Number of active generations by state; 0 for a state without one. */
  readonly active: Readonly<Record<ActiveState, number>>;
  /** How long the longest due generation has waited for a claim, in milliseconds; 0 if none is due. */
  readonly oldestDueMs: number;
  /** Number of outbox items: announcements, deletions of bytes, jobs to cancel. */
  readonly outbox: number;
}

/** Counts the work that has not ended, for monitoring. */
export interface QueueStore {
  /** Reads each active generation and each outbox item once: call it some times a minute, not for each request. */
  readQueue(): Promise<QueueReading>;
}
