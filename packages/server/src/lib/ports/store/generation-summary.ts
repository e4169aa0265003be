import type { GenerationState } from "../../generation/generation-state.js";

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
