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
  /** What was taken at submit. */
  readonly credits: number;
}

/**
 * How many credits go back, `0 ≤ returned ≤ credits`: nothing for a result, everything for a failure, and everything
 * for a cancel, unless the provider works on for a result that the model's policy drops.
 */
export function refundFor(facts: RefundFacts): number {
  switch (facts.outcome) {
    case "completed":
      return 0;
    case "failed":
      return facts.credits;
    case "canceled":
      return isPaidForNothing(facts) ? 0 : facts.credits;
  }
}

/** The host pays the provider for work that can no longer be stopped, and its owner said not to wait for it. */
function isPaidForNothing(facts: RefundFacts): boolean {
  return facts.accepted && !facts.providerConfirmedCancel && facts.dropOnCancel;
}
