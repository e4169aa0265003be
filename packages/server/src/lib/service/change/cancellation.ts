import type { Cancellation } from "@safelight/client/contract";
import type { GenerationRecord } from "../../generation/generation-record.js";
import { isTerminalState } from "../../generation/generation-state.js";
import { refundFor } from "../../ledger/refund-for.js";

/**
 * The decision on a cancel, from the generation after it.
 *
 * @param options.hadEnded whether the generation had ended before the cancel.
 * @param options.isBilled whether the host bills.
 */
export function cancellationOf(
  record: GenerationRecord,
  { hadEnded, isBilled }: { readonly hadEnded: boolean; readonly isBilled: boolean },
): Cancellation {
  if (!isTerminalState(record.state)) {
    const { credits } = refundFor(record, { type: "canceled", how: "confirmed" });
    return { outcome: "requested", refund: "pending", refundCredits: isBilled ? credits : null };
  }
  return {
    outcome: hadEnded ? "already_ended" : "canceled",
    refund: refundOf(record),
    refundCredits: isBilled ? record.refundedCredits : null,
  };
}

function refundOf({ credits, refundedCredits }: GenerationRecord): Cancellation["refund"] {
  if (refundedCredits === 0) return "none";
  return refundedCredits === credits ? "full" : "partial";
}
