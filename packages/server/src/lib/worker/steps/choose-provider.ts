import type { AttemptRecord } from "../../generation/generation-record.js";
import { isRetryable, type ProviderErrorCode, type ProviderFailure } from "../../generation/provider-failure.js";
import { providerIndex, providerOf } from "../../model/failover-providers.js";

/**
 * Refusals specific to one vendor: another vendor may accept the same request. Errors in the owner's input are not among
 * them.
 */
const vendorSpecificErrors: ReadonlySet<ProviderErrorCode> = new Set([
  "unauthenticated",
  "forbidden",
  "insufficient_credit",
  "not_found",
  "provider_error",
]);

type LatestAttempt = Pick<AttemptRecord, "number" | "providerId" | "failure">;

/**
 * Whether the next provider of the model may be tried after a definite failure. Never after a failure that may have
 * been paid for (`job_lost`, `no_output`, `result_expired`), and never after refused content.
 */
export function isFailoverable(failure: ProviderFailure): boolean {
  return isRetryable(failure) || vendorSpecificErrors.has(failure.code);
}

/**
 * The provider of the next attempt, given the latest one. Failover moves forward only; the last provider stays.
 *
 * @param providers of the model, in order of preference.
 */
export function chooseProvider<P extends { readonly id: string }>(
  providers: readonly [P, ...P[]],
  latest: LatestAttempt | null,
): P {
  if (latest === null) return providers[0];
  const next = nextProvider(providers, latest);
  if (next !== null && latest.failure !== null && isFailoverable(latest.failure)) return next;
  return providerOf(providers, latest) ?? providers[0];
}

/** The failover provider after that of the latest attempt; `null` if that was the last one. */
export function nextProvider<P extends { readonly id: string }>(
  providers: readonly [P, ...P[]],
  latest: LatestAttempt,
): P | null {
  return providers[providerIndex(providers, latest) + 1] ?? null;
}
