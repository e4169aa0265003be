import type { AttemptState } from "../../generation/generation-record.js";
import type { GenerationState } from "../../generation/generation-state.js";
import type { VendorCost } from "../provider.js";
import type { GenerationSummary } from "./generation-summary.js";

/** The attempts at one provider with the same state and failure. */
export interface AttemptCount {
  readonly providerId: string;
  readonly state: AttemptState;
  /** `null` without a failure. */
  readonly failureCode: string | null;
  readonly count: number;
  /** Those whose outcome was unknown at some time. */
  readonly unknown: number;
  /** The latest start, end or loss of a response of them, in epoch milliseconds. */
  readonly lastAt: number;
  /** Their newest generation. */
  readonly generationId: string;
}

/** Durations of the attempts at one provider, in milliseconds from the request. */
export interface AttemptTimes {
  readonly providerId: string;
  /** The acceptance of a job, or the end of an attempt that is done. A provider that blocks has no `accepted`. */
  readonly until: "accepted" | "done";
  readonly p50Ms: number;
  readonly p95Ms: number;
}

/** The attempts of the generations that were submitted in a span of time. */
export interface VendorReading {
  readonly counts: readonly AttemptCount[];
  readonly times: readonly AttemptTimes[];
  readonly costs: readonly (VendorCost & { readonly providerId: string })[];
  /** Number of generations that were read. */
  readonly counted: number;
  /** The database's time. */
  readonly now: number;
}

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
  /** Those that a worker or a provider has. A scheduled one, or one between two attempts, counts in neither. */
  readonly inProgress: number;
}

export interface OperatorOverview {
  readonly active: readonly ActiveCount[];
  /** The ten owners with the most waiting generations, in that order. */
  readonly waitingOwners: readonly OwnerCount[];
  /** The newest of those that `active` counts as stuck. */
  readonly stuck: readonly GenerationSummary[];
  /** The newest of those that started longer ago than `slowerThan`. */
  readonly slow: readonly GenerationSummary[];
  readonly outcomes: readonly OutcomeCount[];
  /** Number of generations that `outcomes` counts. */
  readonly counted: number;
  readonly now: number;
}
