import type { FailureCode, Generation, TerminalGeneration } from "@safelight/client/contract";

const failures: Readonly<Record<FailureCode, string>> = {
  provider_failed: "The developer gave up on this one.",
  provider_rejected_input: "The developer did not accept these settings.",
  content_rejected: "The safety rules turned this prompt down.",
  provider_unavailable: "The developer was out of reach.",
  provider_rate_limited: "The developer had too much to do.",
  outcome_unknown: "The answer was lost on the way and could not be found again.",
  deadline_exceeded: "It took longer than allowed.",
  output_unavailable: "The picture could not be fetched.",
  output_rejected: "What came back was not a picture.",
  insufficient_credits: "There were not enough credits.",
  internal: "Something went wrong on our side.",
};

/** Why a generation failed, in the words of this page. */
export function describeFailure(code: FailureCode): string {
  return failures[code];
}

/** Tells whether a word is the code of a failure. */
export function isFailureCode(word: string): word is FailureCode {
  return Object.hasOwn(failures, word);
}

/** Whether the same input may bring a picture at another try: not where it is the input that was turned down. */
export function mayComeUpUnchanged(generation: TerminalGeneration): boolean {
  return generation.status !== "failed" || generation.error.retryable;
}

/** What happened to the money of an ended generation; `null` when there is nothing to say. */
export function describeRefund(generation: Generation): string | null {
  const { credits, refundedCredits } = generation;
  if (credits === null || refundedCredits === null || credits === 0) return null;
  if (refundedCredits === 0) return generation.status === "completed" ? null : `${countCredits(credits)} kept`;
  if (refundedCredits === credits) return `${countCredits(credits)} returned`;
  return `${refundedCredits} of ${countCredits(credits)} returned`;
}

/** `1 credit`, `4 credits`. */
export function countCredits(credits: number): string {
  return credits === 1 ? "1 credit" : `${credits.toLocaleString("en")} credits`;
}
