import type { AttemptRecord } from "../../generation/generation-record.js";
import { isRetryable, type ProviderErrorCode, type ProviderFailure } from "../../generation/provider-failure.js";
import { placeOf, providerOf } from "../../model/provider-chain.js";

/** Refusals by this vendor that say nothing about what another one would do. What the owner wrote is not among them. */
const vendorsOwn: ReadonlySet<ProviderErrorCode> = new Set([
  "unauthenticated",
  "forbidden",
  "insufficient_credit",
  "not_found",
  "provider_error",
]);

type LatestAttempt = Pick<AttemptRecord, "number" | "providerId" | "failure">;

/**
 * Tells whether the next provider of a chain may be tried after a definite failure. Never where the first one may have
 * been paid for a result (`job_lost`, `no_output`, `result_expired`), or where the content itself was refused.
 */
export function mayFallBack(failure: ProviderFailure): boolean {
  return isRetryable(failure) || vendorsOwn.has(failure.code);
}

/** The provider of the next attempt, given the latest one. A chain is walked once; its last provider is then kept. */
export function chooseProvider<P extends { readonly id: string }>(
  chain: readonly [P, ...P[]],
  latest: LatestAttempt | null,
): P {
  if (latest === null) return chain[0];
  const next = nextProvider(chain, latest);
  if (next !== null && latest.failure !== null && mayFallBack(latest.failure)) return next;
  return providerOf(chain, latest) ?? chain[0];
}

/** The provider after the one of the latest attempt; `null` when that was the last. */
export function nextProvider<P extends { readonly id: string }>(
  chain: readonly [P, ...P[]],
  latest: LatestAttempt,
): P | null {
  return chain[placeOf(chain, latest) + 1] ?? null;
}
