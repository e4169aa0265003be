import type { Generation } from "@safelight/client/contract";
import { creditsText } from "./credits-text";
import { failureText } from "./failure-text";

/** The end of a generation as a sentence, with the refund; `null` while it is active, and for a plain success. */
export function outcomeText(generation: Generation): string | null {
  const refund = refundText(generation);
  switch (generation.status) {
    case "failed":
      return `${failureText(generation.error)} ${refund}`.trim();
    case "canceled":
      return `Canceled. ${refund}`.trim();
    case "completed":
      return refund === "" ? null : refund;
    default:
      return null;
  }
}

function refundText({ credits, refundedCredits }: Generation): string {
  if (credits === null || refundedCredits === null || refundedCredits === 0) return "";
  if (refundedCredits === credits) return `${creditsText(credits)} refunded.`;
  return `${refundedCredits.toLocaleString("en")} of ${creditsText(credits)} refunded.`;
}
