import type { ActiveState } from "../../generation/generation-state.js";
import type { CapacityQuery, GateCapacity } from "./gate-limit.js";

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

/** The first generations that wait at a gate, or without one, in the order in which they are claimed. */
export interface WaitingList {
  /** The database's time, in epoch milliseconds. */
  readonly now: number;
  readonly waiting: readonly { readonly id: string; readonly rank: number }[];
}

/** Reads the queue, for places in it and for monitoring. */
export interface QueueStore {
  /** The capacities of the gates at which generations of these models wait. */
  gateCapacities(query: CapacityQuery): Promise<readonly GateCapacity[]>;
  /**
   * Reads a limited number of entries of two indexes, however many generations wait. Includes scheduled generations whose
   * start has passed, if they are among the first 200 due rows.
   *
   * @param query.gate `null` for the generations without one.
   */
  readWaiting(query: { readonly gate: string | null; readonly limit: number }): Promise<WaitingList>;
  /** Reads a limited number of rows, by indexes. Call it some times a minute, not for each request. */
  readQueue(): Promise<QueueReading>;
}
