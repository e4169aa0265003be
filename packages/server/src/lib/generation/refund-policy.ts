import type { FailureCode } from "@safelight/client/contract";

/**
 * A case for which a model sets a refund: each failure code, `canceled` (the provider confirmed it), and `dropped`
 * (canceled while the provider continues for a discarded result). `missing` is the share of missing outputs of a
 * completed result. A generation that no provider accepted is always refunded in full.
 */
export type RefundCase = FailureCode | "canceled" | "dropped" | "missing";

/** Refund of each case, in whole percent of the price, from 0 to 100; omitted cases use the default. */
export type RefundPolicy = Readonly<Partial<Record<RefundCase, number>>>;

/** The refund of an ended generation, and the rule behind it. */
export interface Refund {
  /** From 0 to the credits that the submit debited. */
  readonly credits: number;
  /**
   * The end and, after a space, the rule: `failed:content_rejected 50%`, `completed 3/4`, `completed 3/4 50%`. Stored
   * in the ledger.
   */
  readonly reason: string;
}
