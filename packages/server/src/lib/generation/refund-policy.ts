import { type FailureCode, failures } from "@safelight/client/contract";

/**
 * An end whose refund a model may decide: each failure, `canceled` (the provider confirmed it), and `dropped` (canceled
 * while the provider works on for a result that nobody gets). And `missing`: the share of outputs that did not come with the
 * others. What no provider had is not among them: it goes back whole.
 */
export type RefundCase = FailureCode | "canceled" | "dropped" | "missing";

/** How much of the price goes back, in whole percent from 0 to 100; what is not named follows the default. */
export type RefundPolicy = Readonly<Partial<Record<RefundCase, number>>>;

/** What goes back at an end, and by which rule. */
export interface Refund {
  /** `0 ≤ credits ≤` what was taken at submit. */
  readonly credits: number;
  /** The end and, after a space, the rule: `failed:content_rejected 50%`, `completed 3/4`, `completed 3/4 50%`. Kept in the ledger. */
  readonly reason: string;
}

/** Beside the failures. */
const otherCases = new Set(["canceled", "dropped", "missing"]);

/**
 * Passes a policy on when it is one.
 *
 * @throws {RangeError} for a case that does not exist, or a share that is no whole percent.
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
