import type { ProviderErrorCode, ProviderFailure } from "../../generation/provider-failure.js";
import { asRecord } from "../../json/as-record.js";
import { failureOfStatus } from "../kit/failures/failure-of-status.js";
import { jsonOf } from "../kit/request/vendor-json.js";
import type { VendorResponse } from "../kit/request/vendor-request.js";

/** A failed prediction has no error code, only a text, which some models end with a tag such as `(E005)`. */
const blockedWords = /\(E005\)|flagged as sensitive|NSFW content detected|safety/i;

/** Failure of a refused request; `null` if Replicate may have accepted it. */
export function refusalOf(response: VendorResponse, now: number): ProviderFailure | null {
  const failure = failureOfStatus("Replicate", { response, now });
  if (failure?.code !== "rate_limited" || failure.retryAfterMs !== undefined) return failure;
  const wait = waitOf(response);
  return wait === null ? failure : { ...failure, retryAfterMs: wait };
}

/** Failure of a prediction. Only the tag of its error text is kept, because the rest may repeat the prompt. */
export function failureOf(id: string, error: unknown): ProviderFailure {
  const text = typeof error === "string" ? error : "";
  const code: ProviderErrorCode = blockedWords.test(text) ? "content_blocked" : "provider_error";
  const tag = /\(E\d{1,5}\)/.exec(text)?.[0];
  return { code, message: `Replicate's prediction ${id} failed${tag === undefined ? "" : ` ${tag}`}.` };
}

/** Parses the delay, in milliseconds, from Replicate's text: `Your rate limit resets in ~30s.` */
function waitOf(response: VendorResponse): number | null {
  const { detail } = asRecord(jsonOf(response));
  const seconds = typeof detail === "string" ? /resets in ~?(\d{1,4})\s*s/.exec(detail)?.[1] : undefined;
  return seconds === undefined ? null : Number(seconds) * 1_000;
}
