import type { ActiveState } from "../../generation/generation-state.js";

/** The work that has not ended, of all models and owners, in one snapshot. */
export interface QueueReading {
  /**
   * Number of active generations by state; 0 for a state without one. Counts up to a limit of the store: the first ones that
   * are due, and as many that wait for a later time.
   */
  readonly active: Readonly<Record<ActiveState, number>>;
  /**
   * How long the longest due generation has waited for a claim, in milliseconds; 0 if none is due. A generation that waits at
   * a gate counts if the gate is idle: none of its attempts is in flight, and it is not closed.
   */
  readonly oldestDueMs: number;
  /** Number of outbox items, up to the same limit: announcements, deletions of bytes, jobs to cancel. */
  readonly outbox: number;
  /** Whether a count has reached the limit: show the numbers as "at least". */
  readonly isCapped: boolean;
}

/** Counts the work that has not ended, for monitoring. */
export interface QueueStore {
  /** Reads a limited number of rows, by indexes. Call it some times a minute, not for each request. */
  readQueue(): Promise<QueueReading>;
}
