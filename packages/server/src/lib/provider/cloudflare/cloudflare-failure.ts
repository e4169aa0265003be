import type { ProviderErrorCode, ProviderFailure } from "../../generation/provider-failure.js";
import { asRecord } from "../../json/as-record.js";
import type { SubmitOutcome } from "../../ports/provider.js";
import { failureOfStatus } from "../kit/failures/failure-of-status.js";
import { jsonOf } from "../kit/request/vendor-json.js";
import type { VendorResponse } from "../kit/request/vendor-request.js";

/**
 * Error codes of Workers AI. 3030 and 8007 are undocumented: Cloudflare sends them for a refused prompt.
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
 * Outcome of a response without an image.
 *
 * @param now epoch milliseconds.
 * @returns `null` if Cloudflare may have accepted the request.
 */
export function outcomeOfResponse(response: VendorResponse, now: number): SubmitOutcome | null {
  const failure = failureOfStatus("Cloudflare", { response, now });
  const number = codesOf(response).find((code) => codes[code] !== undefined);
  if (number !== undefined) return outcomeOfCode(number, failure?.retryAfterMs);
  return failure && { type: "rejected", failure };
}

/**
 * Outcome of an error that the binding threw. Only the message has the error code, at its start or end; the rest may
 * repeat the prompt.
 *
 * @returns `null` for an error that does not prove a refusal.
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
    message: `Cloudflare responded with error code ${number}.`,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
  // The model ran until its time limit and may be charged for, so the request is not retried.
  if (failure.code === "provider_timeout") return { type: "done", outputs: [{ failure }] };
  return { type: "rejected", failure };
}

function codesOf(response: VendorResponse): readonly number[] {
  const { errors } = asRecord(jsonOf(response));
  return Array.isArray(errors) ? errors.map((error) => Number(asRecord(error).code)) : [];
}
