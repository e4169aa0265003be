import type { FailureCode } from "@safelight/client/contract";

/** One row: what the owner is told, and whether the same request may be sent again after a definite refusal. */
interface ProviderErrorRow {
  readonly failure: FailureCode;
  readonly retryable: boolean;
}

/** How a provider can fail, and what follows: the one table between vendors' errors and generations' failures. */
export const providerErrors = {
  invalid_input: { failure: "provider_rejected_input", retryable: false },
  content_blocked: { failure: "content_rejected", retryable: false },
  unauthenticated: { failure: "provider_misconfigured", retryable: false },
  forbidden: { failure: "provider_misconfigured", retryable: false },
  insufficient_credit: { failure: "provider_misconfigured", retryable: false },
  rate_limited: { failure: "provider_rate_limited", retryable: true },
  not_found: { failure: "provider_misconfigured", retryable: false },
  job_lost: { failure: "provider_failed", retryable: false },
  provider_timeout: { failure: "provider_failed", retryable: true },
  provider_unavailable: { failure: "provider_unavailable", retryable: true },
  provider_error: { failure: "provider_failed", retryable: false },
  no_output: { failure: "provider_failed", retryable: false },
  result_expired: { failure: "output_unavailable", retryable: false },
  download_failed: { failure: "output_unavailable", retryable: true },
  output_rejected: { failure: "output_rejected", retryable: false },
  submit_unknown: { failure: "outcome_unknown", retryable: false },
} as const satisfies Record<string, ProviderErrorRow>;

/** Stable code of a provider's failure, kept on the attempt. */
export type ProviderErrorCode = keyof typeof providerErrors;

/** A definite failure at a provider. */
export interface ProviderFailure {
  readonly code: ProviderErrorCode;
  /** For the operator's log. Never shown to an owner, never a prompt or a key. */
  readonly message: string;
  /**
   * Overrides the table where the vendor says so. Of a job that was taken and failed, only `true` makes another attempt:
   * it may be on the bill.
   */
  readonly retryable?: boolean;
  /** How long the vendor asked to wait, in milliseconds. */
  readonly retryAfterMs?: number;
}

/** Tells whether another attempt may be made after this failure. */
export function isRetryable(failure: ProviderFailure): boolean {
  return failure.retryable ?? providerErrors[failure.code].retryable;
}
