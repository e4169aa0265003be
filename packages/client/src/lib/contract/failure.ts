/** One row: whether the same request may succeed later without a change, and the message for the owner. */
interface FailureRow {
  readonly retryable: boolean;
  readonly message: string;
}

/**
 * Failure codes of a generation. This is the only table of them: the server reads message and retryability from it, and
 * never shows a provider's own text to the owner.
 */
export const failures = {
  provider_failed: { retryable: true, message: "The provider could not finish this generation." },
  provider_rejected_input: { retryable: false, message: "The provider did not accept this input." },
  content_rejected: { retryable: false, message: "The content was rejected by a safety check." },
  provider_unavailable: { retryable: true, message: "The provider is not available at the moment." },
  provider_misconfigured: { retryable: false, message: "The provider is not set up correctly on this server." },
  provider_rate_limited: { retryable: true, message: "The provider is receiving too many requests at the moment." },
  outcome_unknown: { retryable: true, message: "The provider's response was lost and could not be recovered." },
  expired: { retryable: true, message: "The generation did not start in time." },
  deadline_exceeded: { retryable: true, message: "The generation took longer than its deadline allows." },
  output_unavailable: { retryable: true, message: "The result could not be fetched from the provider." },
  output_rejected: { retryable: false, message: "The result was not of an allowed type or size." },
  ended_by_operator: { retryable: false, message: "The generation was ended by the operator of this server." },
  internal: { retryable: true, message: "Something went wrong on the server." },
} as const satisfies Record<string, FailureRow>;

/** Stable code of a generation's failure. */
export type FailureCode = keyof typeof failures;

/** Cause of a failure, with a message that may be shown to the owner. */
export interface GenerationFailure {
  readonly code: FailureCode;
  readonly message: string;
  /** Whether the same request may succeed later without a change. */
  readonly retryable: boolean;
}
