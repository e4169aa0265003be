import type { LedgerEntry } from "@safelight/client/contract";
import { describeFailure, isFailureCode } from "./describe-outcome.ts";

/** A movement of credits, in words. */
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
  // The end, and after a space the rule that held.
  const [end, code] = (reason.split(" ")[0] ?? "").split(":");
  if (end === "canceled") return "You canceled it.";
  if (end === "failed" && code !== undefined && isFailureCode(code)) return `Failed: ${describeFailure(code)}.`;
  return reason;
}
