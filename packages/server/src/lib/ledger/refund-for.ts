import type { FailureCode } from "@safelight/client/contract";
import type { Refund, RefundCase, RefundPolicy } from "../generation/refund-policy.js";
import { refundCases } from "./refund-cases.js";

/**
 * How a generation came to its end. Of the canceled ones, `withdrawn` is what no provider is known to have accepted: one
 * whose reply was lost may have it, at the host's cost. `confirmed` is what the provider says has stopped, and `dropped`
 * what it works on for although nobody gets the result.
 */
export type Ending =
  | { readonly type: "completed"; readonly requestedOutputs: number; readonly storedOutputs: number }
  | { readonly type: "failed"; readonly code: FailureCode }
  | { readonly type: "canceled"; readonly how: "withdrawn" | "confirmed" | "dropped" };

/** The reason of a refund for what no provider is known to have accepted. No policy has a word in it. */
export const withdrawnReason = "canceled:withdrawn 100%";

/**
 * How many credits go back, and by which rule: the share that the policy names for the end, else the default's; of a result
 * that share of what the missing outputs cost. Rounded down.
 *
 * @param generation.credits what was taken at submit, a safe integer ≥ 0.
 * @param generation.refunds the model's policy as it was at submit; `null` for the default.
 */
export function refundFor(
  { credits, refunds }: { readonly credits: number; readonly refunds: RefundPolicy | null },
  ending: Ending,
): Refund {
  const byPolicy = (outcome: string, name: RefundCase): Refund => {
    const percent = refunds?.[name] ?? refundCases[name].percent;
    return { credits: shareOf(credits, percent, 100), reason: `${outcome} ${percent}%` };
  };
  switch (ending.type) {
    case "completed": {
      const { requestedOutputs, storedOutputs } = ending;
      const percent = refunds?.missing ?? refundCases.missing.percent;
      const missing = Math.max(requestedOutputs - storedOutputs, 0);
      const rule = percent === refundCases.missing.percent ? "" : ` ${percent}%`;
      return {
        credits: shareOf(credits, missing * percent, requestedOutputs * 100),
        reason: `completed ${storedOutputs}/${requestedOutputs}${rule}`,
      };
    }
    case "failed":
      return byPolicy(`failed:${ending.code}`, ending.code);
    case "canceled":
      if (ending.how === "withdrawn") return { credits, reason: withdrawnReason };
      return ending.how === "confirmed" ? byPolicy("canceled", "canceled") : byPolicy("canceled:dropped", "dropped");
  }
}

/** The product may exceed what a number holds exactly. */
function shareOf(credits: number, part: number, whole: number): number {
  return Number((BigInt(credits) * BigInt(part)) / BigInt(whole));
}
