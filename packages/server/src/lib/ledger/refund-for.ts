import type { TerminalGeneration } from "@safelight/client/contract";

/** What decides how much of a debit goes back when a generation ends. */
export interface RefundFacts {
  readonly outcome: TerminalGeneration["status"];
  /** Whether any attempt was ever accepted by a provider, or may have been. */
  readonly accepted: boolean;
  /** Whether the provider itself said that it canceled the job. */
  readonly providerConfirmedCancel: boolean;
  /** The model's policy, fixed at submit. */
  readonly dropOnCancel: boolean;
  /** How many outputs were paid for, at least 1. */
  readonly requestedOutputs: number;
  /** How many outputs the owner gets. */
  readonly storedOutputs: number;
  /** What was taken at submit. */
  readonly credits: number;
}

/**
 * How many credits go back, `0 ≤ returned ≤ credits`: of a result the share of the outputs that are missing, rounded
 * down; everything for a failure, and everything for a cancel, unless the provider works on for a result that the model's policy drops.
 */
export function refundFor(facts: RefundFacts): number {
  switch (facts.outcome) {
    case "completed":
      return shareOfMissing(facts);
    case "failed":
      return facts.credits;
    case "canceled":
      return isPaidForNothing(facts) ? 0 : facts.credits;
  }
}

/** The product may exceed what a number holds exactly. */
function shareOfMissing({ credits, requestedOutputs, storedOutputs }: RefundFacts): number {
  const missing = Math.max(requestedOutputs - storedOutputs, 0);
  return Number((BigInt(credits) * BigInt(missing)) / BigInt(requestedOutputs));
}

/** The host pays the provider for work that can no longer be stopped, and its owner said not to wait for it. */
function isPaidForNothing(facts: RefundFacts): boolean {
  return facts.accepted && !facts.providerConfirmedCancel && facts.dropOnCancel;
}
