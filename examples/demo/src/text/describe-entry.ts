import type { LedgerEntry } from "@safelight/client/contract";
import { describeFailure, isFailureCode } from "./describe-outcome.ts";

/** Describes a ledger entry. */
export function describeEntry({ causedBy, generationId, kind, reason }: LedgerEntry): {
  readonly title: string;
  readonly detail: string | null;
} {
  switch (kind) {
    case "grant":
      return { title: reason === null || reason === "initial" ? "Welcome credits" : "Credits added", detail: null };
    case "debit":
      return { title: "Charged for a generation", detail: null };
    case "capture":
      return { title: "Picture delivered", detail: "Missing pictures are refunded." };
    case "refund":
      return { title: "Credits refunded", detail: refundReason(reason, causedBy !== null) };
    case "adjustment":
      if (causedBy === null) return { title: "Adjusted", detail: reason };
      return generationId === null
        ? { title: "Adjusted by support", detail: null }
        : { title: "Refunded by support", detail: "The picture stays yours." };
  }
}

function refundReason(reason: string | null, isBySupport: boolean): string | null {
  if (reason === null) return null;
  // The status with its failure code, then after a space the refund rule.
  const [end, code] = (reason.split(" ")[0] ?? "").split(":");
  if (end === "canceled") return isBySupport ? "Support canceled the generation." : "The generation was canceled.";
  if (end === "failed" && code !== undefined && isFailureCode(code)) return `Failed: ${describeFailure(code)}.`;
  return reason;
}
