import { type FailureCode, failures } from "@safelight/client/contract";

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

/** The cases besides the failure codes. */
const otherCases = new Set(["canceled", "dropped", "missing"]);

/**
 * Returns a valid policy unchanged.
 *
 * @throws {RangeError} for an unknown case, or a share that is not a whole percent.
 */
export function checkRefundPolicy(policy: RefundPolicy): RefundPolicy {
  for (const [name, percent] of Object.entries(policy)) {
    const isCase = otherCases.has(name) || Object.hasOwn(failures, name);
    if (!isCase) throw new RangeError(`refunds knows no case "${name}"`);
    if (!Number.isInteger(percent) || percent < 0 || percent > 100) {
      throw new RangeError(`refunds.${name} must be a whole percent from 0 to 100, not ${percent}`);
    }
  }
  return policy;
}
