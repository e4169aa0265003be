import type { ProviderErrorCode, ProviderFailure } from "../../generation/provider-failure.js";
import type { SubmitOutcome } from "../../ports/provider.js";
import { failureOfStatus } from "../kit/failures/failure-of-status.js";
import { fieldsOf, jsonOf } from "../kit/request/vendor-json.js";
import type { VendorAnswer } from "../kit/request/vendor-request.js";

/**
 * The vendor's own codes. 3030 and 8007 are in none of its lists: so it words a prompt that it does not like.
 *
 * @see https://developers.cloudflare.com/workers-ai/platform/errors/ (2026-11)
 */
const codes: Readonly<Record<number, ProviderErrorCode>> = {
  3003: "invalid_input",
  3006: "invalid_input",
  3007: "provider_timeout",
  3008: "provider_timeout",
  3023: "forbidden",
  3030: "content_blocked",
  3036: "insufficient_credit",
  3039: "invalid_input",
  3040: "provider_unavailable",
  3041: "forbidden",
  3042: "not_found",
  5004: "invalid_input",
  5005: "invalid_input",
  5007: "not_found",
  5016: "forbidden",
  5018: "forbidden",
  5019: "invalid_input",
  8007: "content_blocked",
};

/**
 * What an answer says that brought no picture.
 *
 * @param now epoch milliseconds.
 * @returns `null` for one that does not say that nothing was taken.
 */
export function outcomeOfAnswer(answer: VendorAnswer, now: number): SubmitOutcome | null {
  const failure = failureOfStatus("Cloudflare", answer, now);
  const number = codesOf(answer).find((code) => codes[code] !== undefined);
  if (number !== undefined) return outcomeOfCode(number, failure?.retryAfterMs);
  return failure && { type: "rejected", failure };
}

/**
 * What the binding threw. Its code is in the text alone, and in front: what comes after may repeat the prompt.
 *
 * @returns `null` for an error that does not say that nothing was taken.
 */
export function outcomeOfError(error: unknown): SubmitOutcome | null {
  const { message } = error instanceof Error ? error : { message: String(error) };
  const [, first, last] = /^(?:\w+: )*(\d{4})(?=:)|\(code (\d{4})\)$/.exec(message) ?? [];
  const number = Number(first ?? last);
  return codes[number] === undefined ? null : outcomeOfCode(number);
}

function outcomeOfCode(number: number, retryAfterMs?: number): SubmitOutcome {
  const failure: ProviderFailure = {
    code: codes[number] ?? "provider_error",
    message: `Cloudflare answered with its code ${number}.`,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
  // It worked until its time was up, and may charge for that: it is not asked again.
  if (failure.code === "provider_timeout") return { type: "done", outputs: [{ failure }] };
  return { type: "rejected", failure };
}

function codesOf(answer: VendorAnswer): readonly number[] {
  const { errors } = fieldsOf(jsonOf(answer));
  return Array.isArray(errors) ? errors.map((error) => Number(fieldsOf(error).code)) : [];
}
