import type { FailureCode } from "@safelight/client/contract";
import type { Refund, RefundCase, RefundPolicy } from "../generation/refund-policy.js";
import { refundCases } from "./refund-cases.js";

/**
 * How a generation ended. A canceled one is `withdrawn` if no provider is known to have accepted it. A provider whose
 * response was lost may still have the job, at the host's cost. It is `confirmed` if the provider has stopped, and
 * `dropped` if the provider continues and the result is discarded.
 */
export type Ending =
  | { readonly type: "completed"; readonly requestedOutputs: number; readonly storedOutputs: number }
  | { readonly type: "failed"; readonly code: FailureCode }
  | { readonly type: "canceled"; readonly how: "withdrawn" | "confirmed" | "dropped" };

/** The reason of a refund after a failure; a space and the percentage follow. */
export const failedReason = (code: FailureCode): string => `failed:${code}`;

/** Begins the reason of a refund after a cancel. */
export const canceledReason = "canceled";

/** The reason of a refund for a job that no provider is known to have accepted. Refund policies do not apply to it. */
export const withdrawnReason = `${canceledReason}:withdrawn 100%`;

/**
 * Returns the refund in credits and its rule. The percentage comes from the policy, or else from the default. For a
 * completed result it applies to the price of the missing outputs. Rounded down.
 *
 * @param generation.credits debited at submit, a safe integer ≥ 0.
 * @param generation.refunds the model's policy at submit; `null` for the default.
 */
export function refundFor(
  { credits, refunds }: { readonly credits: number; readonly refunds: RefundPolicy | null },
  ending: Ending,
): Refund {
  const byPolicy = (outcome: string, name: RefundCase): Refund => {
    const percent = refunds?.[name] ?? refundCases[name].percent;
    return { credits: shareOf(credits, { part: percent, whole: 100 }), reason: `${outcome} ${percent}%` };
  };
  switch (ending.type) {
    case "completed": {
      const { requestedOutputs, storedOutputs } = ending;
      const percent = refunds?.missing ?? refundCases.missing.percent;
      const missing = Math.max(requestedOutputs - storedOutputs, 0);
      const rule = percent === refundCases.missing.percent ? "" : ` ${percent}%`;
      return {
        credits: shareOf(credits, { part: missing * percent, whole: requestedOutputs * 100 }),
        reason: `completed ${storedOutputs}/${requestedOutputs}${rule}`,
      };
    }
    case "failed":
      return byPolicy(failedReason(ending.code), ending.code);
    case "canceled":
      if (ending.how === "withdrawn") return { credits, reason: withdrawnReason };
      if (ending.how === "confirmed") return byPolicy(canceledReason, "canceled");
      return byPolicy(`${canceledReason}:dropped`, "dropped");
  }
}

/** Uses `BigInt`, because the product may exceed the safe integers. */
function shareOf(credits: number, { part, whole }: { readonly part: number; readonly whole: number }): number {
  return Number((BigInt(credits) * BigInt(part)) / BigInt(whole));
}
