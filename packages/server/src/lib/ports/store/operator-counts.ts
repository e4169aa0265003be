import type { AttemptState } from "../../generation/generation-record.js";
import type { GenerationState } from "../../generation/generation-state.js";
import type { VendorCost } from "../provider.js";

/**
 * The attempts at one provider with the same state and failure. An attempt that failed through a hook of the host, such as
 * `checkOutput`, counts as `done`. One that is `done` has no failure, also while its outputs cannot be stored.
 */
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

/** A generation in a list of operators: without the owner's content. Times are epoch milliseconds. */
export interface GenerationSummary {
  readonly id: string;
  readonly ownerId: string;
  readonly accountId: string;
  /** Account that receives refunds: `accountId`, unless a transfer has moved its credits. A pseudonym once it was erased. */
  readonly refundAccountId: string;
  readonly model: string;
  readonly scope: string | null;
  readonly state: GenerationState;
  readonly credits: number;
  readonly refundedCredits: number;
  /** Credits of the refund by an operator, which `refundedCredits` does not contain; 0 for none. */
  readonly refundedByOperator: number;
  /**
   * The payer of the price: the ledger, the host's own system, or its table (`sameDatabase`). `host` also after the end of a generation
   * that its table paid for.
   */
  readonly creditsIn: "ledger" | "host" | "hostTable";
  readonly attempts: number;
  /** Provider of the latest attempt; `null` before the first. */
  readonly providerId: string | null;
  readonly failureCode: string | null;
  /** Leases that expired since the last step that made progress. */
  readonly expiredLeases: number;
  readonly isLeased: boolean;
  /** When a worker may claim it; of a leased generation, the end of its lease. `null` once it has ended. */
  readonly dueAt: number | null;
  readonly deadlineAt: number;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  readonly cancelRequestedAt: number | null;
  readonly deletedAt: number | null;
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
