import type { ProviderErrorCode, ProviderFailure } from "../../generation/provider-failure.js";
import { failureOfStatus } from "../kit/failures/failure-of-status.js";
import { isWord } from "../kit/failures/words.js";
import { fieldsOf, jsonOf } from "../kit/request/vendor-json.js";
import type { VendorAnswer } from "../kit/request/vendor-request.js";

/** What Google asks to wait beyond this is not worth waiting for. */
const longestWaitMs = 3_600_000;

/**
 * What an answer refuses, by Google's own words where it has some, else by its HTTP status.
 *
 * @param now epoch milliseconds.
 * @returns `null` for an answer that does not say that nothing was taken, such as a 500.
 */
export function googleFailure(answer: VendorAnswer, now: number): ProviderFailure | null {
  const said = jsonOf(answer);
  // Some of its servers put the error into a list.
  const error = fieldsOf(fieldsOf(Array.isArray(said) ? said[0] : said).error);
  const details = Array.isArray(error.details) ? error.details.map(fieldsOf) : [];
  const byStatus = failureOfStatus("Google", answer, now);
  const code = codeOf({ http: answer.status, error, details }) ?? byStatus?.code ?? null;
  if (code === null) return null;
  const words = [error.status, ...reasonsOf(details)].filter(isWord);
  const wait = waitOf(details);
  return {
    ...byStatus,
    code,
    message: `Google answered ${answer.status}${words.length > 0 ? ` (${words.join(", ")})` : ""}.`,
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
  // "If your request fails with a 400 or 500 error, you won't be charged": so a server that turns it away may be asked again.
  if (http === 503 && error.status === "UNAVAILABLE") return "provider_unavailable";
  // What else a server in trouble says is no refusal.
  if (http >= 500) return null;
  if (isAboutKey(error, details)) return "unauthenticated";
  if (error.status === "FAILED_PRECONDITION") return "forbidden";
  const isForLong = error.status === "RESOURCE_EXHAUSTED" && details.some(namesLongQuota);
  return isForLong ? "insufficient_credit" : null;
}

/** A wrong key is 400 with `INVALID_ARGUMENT`. */
function isAboutKey(error: Fields, details: readonly Fields[]): boolean {
  if (error.status !== "INVALID_ARGUMENT") return false;
  return details.some(({ reason }) => reason === "API_KEY_INVALID") || /\bapi key\b/i.test(String(error.message));
}

/** What comes back at midnight, or with more money. */
function namesLongQuota({ violations }: Fields): boolean {
  if (!Array.isArray(violations)) return false;
  return violations.some((violation) => /PerDay|Spend/i.test(String(fieldsOf(violation).quotaId)));
}

/** `RetryInfo` of Google's errors says it as `"21s"` or `"36.4s"`. */
function waitOf(details: readonly Fields[]): number | null {
  const texts = details.map(({ retryDelay }) => /^(\d+(?:\.\d+)?)s$/.exec(String(retryDelay))?.[1]);
  const seconds = texts.find((text) => text !== undefined);
  return seconds === undefined ? null : Math.min(Math.round(Number(seconds) * 1_000), longestWaitMs);
}

function reasonsOf(details: readonly Fields[]): readonly unknown[] {
  return details.flatMap(({ reason, violations }) => [
    reason,
    ...(Array.isArray(violations) ? violations.map((violation) => fieldsOf(violation).quotaId) : []),
  ]);
}
