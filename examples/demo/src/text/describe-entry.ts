import type { LedgerEntry } from "@safelight/client/contract";
import { describeFailure, isFailureCode } from "./describe-outcome.ts";

/** Describes a ledger entry. */
export function describeEntry({ kind, reason }: LedgerEntry): {
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
      return { title: "Credits refunded", detail: refundReason(reason) };
    case "adjustment":
      return { title: "Adjusted", detail: reason };
  }
}

function refundReason(reason: string | null): string | null {
  if (reason === null) return null;
  // The status with its failure code, then after a space the refund rule.
  const [end, code] = (reason.split(" ")[0] ?? "").split(":");
  // By the owner, a member of the team, or an operator.
  if (end === "canceled") return "The generation was canceled.";
  if (end === "failed" && code !== undefined && isFailureCode(code)) return `Failed: ${describeFailure(code)}.`;
  return reason;
}
