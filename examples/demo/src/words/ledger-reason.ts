import type { LedgerEntry } from "@safelight/client/contract";
import { describeFailure, isFailureCode } from "./ending-of.ts";

/** What a movement of credits was, in words. */
export function describeEntry({ kind, amount, reason }: LedgerEntry): {
  readonly title: string;
  readonly detail: string | null;
} {
  switch (kind) {
    case "grant":
      return { title: reason === null || reason === "initial" ? "Welcome credits" : "Credits added", detail: null };
    case "debit":
      return { title: "A picture put into the tray", detail: null };
    case "capture":
      return {
        title: "Picture delivered",
        detail: amount === 0 ? "Paid for when it went into the tray." : "What did not come up is given back.",
      };
    case "refund":
      return { title: "Credits returned", detail: refundReason(reason) };
    case "adjustment":
      return { title: "Adjusted", detail: reason };
  }
}

function refundReason(reason: string | null): string | null {
  if (reason === null) return null;
  // The end, and after a space the rule that held.
  const [why, code] = (reason.split(" ")[0] ?? "").split(":");
  if (why === "canceled") return "You canceled it.";
  if (why === "failed" && code !== undefined && isFailureCode(code)) return describeFailure(code);
  return reason;
}
