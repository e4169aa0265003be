import type { CompletedGeneration, Generation } from "@safelight/client/contract";
import { creditsText } from "./credits-text";
import { failureText } from "./failure-text";

/** The end of a generation in sentences, with missing outputs and the refund; `null` while it is active, and for a plain success. */
export function outcomeText(generation: Generation): string | null {
  const refund = refundText(generation);
  switch (generation.status) {
    case "failed":
      return `${failureText(generation.error)} ${refund}`.trim();
    case "canceled":
      return `Canceled. ${refund}`.trim();
    case "completed":
      return `${missingText(generation)} ${refund}`.trim() || null;
    default:
      return null;
  }
}

const nouns = { image: "images", video: "videos", audio: "audio files" } as const;

/** A provider or the host's check may withhold outputs. The others are delivered. */
function missingText({ kind, outputs, requestedOutputs }: CompletedGeneration): string {
  const missing = requestedOutputs - outputs.length;
  if (missing <= 0) return "";
  return `${missing} of ${requestedOutputs} ${nouns[kind]} ${missing === 1 ? "was" : "were"} not delivered.`;
}

function refundText({ credits, refundedCredits }: Generation): string {
  if (credits === null || refundedCredits === null || refundedCredits === 0) return "";
  if (refundedCredits === credits) return `${creditsText(credits)} refunded.`;
  return `${refundedCredits.toLocaleString("en")} of ${creditsText(credits)} refunded.`;
}
