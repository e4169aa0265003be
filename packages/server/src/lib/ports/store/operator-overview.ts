import type { GenerationState } from "../../generation/generation-state.js";

/** Number of active generations of one model in one state. */
export interface ActiveCount {
  readonly state: GenerationState;
  readonly model: string;
  readonly count: number;
  readonly stuck: number;
  readonly oldestDueAt: number;
}

/** Number of generations of a span of time with the same end. */
export interface OutcomeCount {
  /** Number of the interval, from 0. */
  readonly interval: number;
  readonly model: string;
  readonly state: GenerationState;
  readonly failureCode: string | null;
  readonly count: number;
  readonly credits: number;
  readonly refundedCredits: number;
}

/** Number of active generations of one owner. */
export interface OwnerCount {
  readonly ownerId: string;
  /** Those that wait in the queue: no worker and no provider has them. At least 1. */
  readonly waiting: number;
  /** The others. */
  readonly inProgress: number;
}

export interface OperatorOverview {
  readonly active: readonly ActiveCount[];
  /** The ten owners with the most waiting generations, in that order. */
  readonly waitingOwners: readonly OwnerCount[];
  readonly outcomes: readonly OutcomeCount[];
  /** Number of generations that `outcomes` counts. */
  readonly counted: number;
  readonly now: number;
}
