import type { ProviderErrorCode, ProviderFailure } from "../../generation/provider-failure.js";
import { asRecord } from "../../json/as-record.js";
import { failureOfStatus } from "../kit/failures/failure-of-status.js";
import { isIdentifier } from "../kit/failures/is-identifier.js";
import { jsonOf } from "../kit/request/vendor-json.js";
import type { VendorResponse } from "../kit/request/vendor-request.js";

/** Longer delays are cut to this. */
const maxDelayMs = 3_600_000;

/**
 * Failure that a response proves, by Google's error status if it has one, else by the HTTP status.
 *
 * @param now epoch milliseconds.
 * @returns `null` if Google may have accepted the request, such as for a 500.
 */
export function googleFailure(response: VendorResponse, now: number): ProviderFailure | null {
  const parsed = jsonOf(response);
  // Some of Google's servers wrap the error in an array.
  const error = asRecord(asRecord(Array.isArray(parsed) ? parsed[0] : parsed).error);
  const details = Array.isArray(error.details) ? error.details.map(asRecord) : [];
  const byStatus = failureOfStatus("Google", { response, now });
  const code = codeOf({ http: response.status, error, details }) ?? byStatus?.code ?? null;
  if (code === null) return null;
  const words = [error.status, ...reasonsOf(details)].filter(isIdentifier);
  const wait = waitOf(details);
  return {
    ...byStatus,
    code,
    message: `Google responded with ${response.status}${words.length > 0 ? ` (${words.join(", ")})` : ""}.`,
    ...(wait !== null && { retryAfterMs: wait }),
  };
}

type Fields = Readonly<Record<string, unknown>>;

interface GoogleError {
  readonly http: number;
  readonly error: Fields;
  readonly details: readonly Fields[];
}

/**
 * @see https://ai.google.dev/gemini-api/docs/troubleshooting (2026-11)
 * @see https://ai.google.dev/gemini-api/docs/billing (2026-11)
 */
function codeOf({ http, error, details }: GoogleError): ProviderErrorCode | null {
  // "If your request fails with a 400 or 500 error, you won't be charged", so an unavailable server may be retried.
  if (http === 503 && error.status === "UNAVAILABLE") return "provider_unavailable";
  // Other 5xx responses do not prove a refusal.
  if (http >= 500) return null;
  if (isAboutKey(error, details)) return "unauthenticated";
  if (error.status === "FAILED_PRECONDITION") return "forbidden";
  const isForLong = error.status === "RESOURCE_EXHAUSTED" && details.some(namesLongQuota);
  return isForLong ? "insufficient_credit" : null;
}

/** Google reports an invalid key as 400 with `INVALID_ARGUMENT`. */
function isAboutKey(error: Fields, details: readonly Fields[]): boolean {
  if (error.status !== "INVALID_ARGUMENT") return false;
  return details.some(({ reason }) => reason === "API_KEY_INVALID") || /\bapi key\b/i.test(String(error.message));
}

/** Returns whether the quota resets only at midnight or with more money. */
function namesLongQuota({ violations }: Fields): boolean {
  if (!Array.isArray(violations)) return false;
  return violations.some((violation) => /PerDay|Spend/i.test(String(asRecord(violation).quotaId)));
}

/** Parses `RetryInfo`, such as `"21s"` or `"36.4s"`. */
function waitOf(details: readonly Fields[]): number | null {
  const texts = details.map(({ retryDelay }) => /^(\d+(?:\.\d+)?)s$/.exec(String(retryDelay))?.[1]);
  const seconds = texts.find((text) => text !== undefined);
  return seconds === undefined ? null : Math.min(Math.round(Number(seconds) * 1_000), maxDelayMs);
}

function reasonsOf(details: readonly Fields[]): readonly unknown[] {
  return details.flatMap(({ reason, violations }) => [
    reason,
    ...(Array.isArray(violations) ? violations.map((violation) => asRecord(violation).quotaId) : []),
  ]);
}
