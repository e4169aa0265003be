import { type FailureCode, type Generation, isTerminal, type TerminalGeneration } from "@safelight/client/contract";

const failures: Readonly<Record<FailureCode, string>> = {
  provider_failed: "the provider failed",
  provider_rejected_input: "the provider did not accept these settings",
  content_rejected: "refused by the safety filter",
  provider_unavailable: "the provider could not be reached",
  provider_misconfigured: "this server is not set up for the provider",
  provider_rate_limited: "the provider had too many requests",
  outcome_unknown: "the provider’s response was lost",
  expired: "it did not start in time",
  deadline_exceeded: "it took too long",
  output_unavailable: "the result could not be downloaded",
  output_rejected: "the result was not an image",
  ended_by_operator: "ended by support",
  internal: "internal error",
};

/** The reason of a failure, as the end of a sentence: `refused by the safety filter`. */
export function describeFailure(code: FailureCode): string {
  return failures[code];
}

/** Whether a text is a failure code. */
export function isFailureCode(text: string): text is FailureCode {
  return Object.hasOwn(failures, text);
}

/** The outcome of a generation, as a sentence: `Failed: refused by the safety filter.` */
export function describeOutcome(generation: TerminalGeneration): string {
  switch (generation.status) {
    case "completed":
      return "Ready.";
    case "failed":
      return `Failed: ${describeFailure(generation.error.code)}.`;
    case "canceled":
      return "Canceled.";
  }
}

/** Whether the same input may succeed in another generation. It cannot if the input itself was refused. */
export function isWorthRetrying(generation: TerminalGeneration): boolean {
  return generation.status !== "failed" || generation.error.retryable;
}

/** The refund of an ended generation; `null` if there is nothing to state. */
export function describeRefund(generation: Generation): string | null {
  const { credits, refundedCredits } = generation;
  if (!isTerminal(generation)) return null;
  if (credits === null || refundedCredits === null || credits === 0) return null;
  if (refundedCredits === 0) return generation.status === "completed" ? null : `${countCredits(credits)} kept`;
  if (refundedCredits === credits) return `${countCredits(credits)} refunded`;
  return `${refundedCredits} of ${countCredits(credits)} refunded`;
}

/** Formats an amount: `1 credit`, `4 credits`. */
export function countCredits(credits: number): string {
  return credits === 1 ? "1 credit" : `${credits.toLocaleString("en")} credits`;
}
