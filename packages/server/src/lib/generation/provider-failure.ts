import type { FailureCode } from "@safelight/client/contract";

/**
 * One row: the failure code that the owner sees, and whether the same request may be sent again after a definite
 * refusal.
 */
interface ProviderErrorRow {
  readonly failure: FailureCode;
  readonly retryable: boolean;
}

/**
 * The failures of providers and their consequences: the one table between vendors' errors and generations' failures.
 */
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

/** Stable code of a provider's failure, stored with the attempt. */
export type ProviderErrorCode = keyof typeof providerErrors;

/** A definite failure at a provider. */
export interface ProviderFailure {
  readonly code: ProviderErrorCode;
  /** For operators; never shown to an owner. It may quote the prompt, so it is content. It contains no key. */
  readonly message: string;
  /**
   * Overrides the table if the vendor's response decides it. An accepted job that failed may be charged, so only an
   * explicit `true` allows another attempt.
   */
  readonly retryable?: boolean;
  /** The host's hook that caused it: then it is no failure of the vendor. Absent otherwise, and in results of providers. */
  readonly causedBy?: "checkOutput";
  /** The vendor's requested delay, in milliseconds. */
  readonly retryAfterMs?: number;
}

/** Max length of the reason of a missing output, in characters: a result may have many outputs. */
export const maxReasonLength = 500;

/** An output of a paid result that was not stored, such as one that `checkOutput` withheld. */
export interface MissingOutputReason {
  /** Among the outputs of the result, from 0. */
  readonly index: number;
  readonly code: ProviderErrorCode;
  /** As {@link ProviderFailure.message}, at most `maxReasonLength`. */
  readonly message: string;
}

/**
 * A failure as the attempt keeps it. For an attempt that is `done`, it is the reason why other outputs of its result are not
 * stored (yet), or that of the first missing output.
 */
export interface AttemptFailure extends ProviderFailure {
  /** The outputs of a result that will never be stored, by index. */
  readonly missing?: readonly MissingOutputReason[];
}

/** Whether a failure has a reason of its own: it does not only repeat that of its first missing output. */
export function hasOwnReason({ code, message, missing }: AttemptFailure): boolean {
  const [first] = missing ?? [];
  return first?.code !== code || first.message !== message;
}

/** Whether another attempt may follow this failure. */
export function isRetryable(failure: ProviderFailure): boolean {
  return failure.retryable ?? providerErrors[failure.code].retryable;
}
