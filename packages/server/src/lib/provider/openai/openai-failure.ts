import type { ProviderErrorCode, ProviderFailure } from "../../generation/provider-failure.js";
import { asRecord } from "../../json/as-record.js";
import { failureOfStatus } from "../kit/failures/failure-of-status.js";
import { isIdentifier } from "../kit/failures/is-identifier.js";
import { jsonOf } from "../kit/request/vendor-json.js";
import type { VendorResponse } from "../kit/request/vendor-request.js";

/**
 * Failure that a response proves, by OpenAI's error code if it has one, else by the HTTP status.
 *
 * @param now epoch milliseconds.
 * @returns `null` if OpenAI may have accepted the request: a 500, or a 408, which gateways also send if the work took too
 * long.
 */
export function failureOfResponse(response: VendorResponse, now: number): ProviderFailure | null {
  const error = asRecord(asRecord(jsonOf(response)).error);
  const byStatus = failureOfStatus("OpenAI", { response, now });
  const code = codeOfError(error) ?? byStatus?.code ?? codeOfStatus(response.status, error);
  // No 5xx proves a refusal, except for the codes of an overloaded server.
  if (code === null || (response.status >= 500 && code !== "provider_unavailable")) return null;
  const details = { status: response.status, requestId: response.headers.get("x-request-id") };
  return {
    ...byStatus,
    code,
    message: `OpenAI responded with ${describeError(error, details)}.`,
    ...(response.headers.get("x-should-retry") === "false" && { retryable: false }),
  };
}

/** Failure of a request that OpenAI accepted. */
export function failureOfError(error: unknown, where: string): ProviderFailure {
  const fields = asRecord(error);
  const code = codeOfError(fields) ?? codeOfType(fields) ?? "provider_error";
  return { code, message: `OpenAI reported ${describeError(fields)} ${where}.` };
}

type ErrorFields = Readonly<Record<string, unknown>>;

/** @see https://developers.openai.com/api/docs/guides/error-codes (2026-11) */
const codes: Readonly<Record<string, ProviderErrorCode>> = {
  moderation_blocked: "content_blocked",
  content_policy_violation: "content_blocked",
  image_content_policy_violation: "content_blocked",
  bio_policy: "content_blocked",
  misalignment_policy_violation: "content_blocked",
  insufficient_quota: "insufficient_credit",
  credit_balance_exhausted: "insufficient_credit",
  organization_spend_limit_exceeded: "insufficient_credit",
  project_spend_limit_exceeded: "insufficient_credit",
  organization_usage_limit_exceeded: "insufficient_credit",
  billing_hard_limit_reached: "insufficient_credit",
  rate_limit_exceeded: "rate_limited",
  model_not_found: "not_found",
  invalid_api_key: "unauthenticated",
  invalid_prompt: "invalid_input",
  invalid_image: "invalid_input",
  invalid_image_format: "invalid_input",
  invalid_base64_image: "invalid_input",
  invalid_image_url: "invalid_input",
  invalid_image_mode: "invalid_input",
  image_too_large: "invalid_input",
  image_too_small: "invalid_input",
  image_parse_error: "invalid_input",
  image_file_too_large: "invalid_input",
  unsupported_image_media_type: "invalid_input",
  empty_image_file: "invalid_input",
  failed_to_download_image: "invalid_input",
  image_file_not_found: "invalid_input",
};

/** By `code`, then by `type`: an exhausted quota is reported in either. */
function codeOfError({ code, type }: ErrorFields): ProviderErrorCode | null {
  return (
    [code, type].map((word) => (Object.hasOwn(codes, String(word)) ? codes[String(word)] : null)).find(isThere) ?? null
  );
}

function isThere<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined;
}

function codeOfType({ type }: ErrorFields): ProviderErrorCode | null {
  return type === "invalid_request_error" || type === "image_generation_user_error" ? "invalid_input" : null;
}

/** Error codes of an overloaded server, which refuses requests before it accepts them. */
const overloadCodes: ReadonlySet<unknown> = new Set(["server_is_overloaded", "slow_down"]);

function codeOfStatus(status: number, { code }: ErrorFields): ProviderErrorCode | null {
  return status === 503 && overloadCodes.has(code) ? "provider_unavailable" : null;
}

/** Leaves out `message`, which may repeat the prompt. */
function describeError(
  error: ErrorFields,
  details: { readonly status?: number; readonly requestId?: string | null } = {},
): string {
  const moderation = asRecord(error.moderation_details);
  const categories = Array.isArray(moderation.categories) ? moderation.categories : [];
  const words = [error.type, error.code, error.param, moderation.moderation_stage, ...categories].filter(isIdentifier);
  const request = isIdentifier(details.requestId) ? `, request ${details.requestId}` : "";
  return `${details.status ?? "an error"}${words.length > 0 ? ` (${words.join(", ")})` : ""}${request}`;
}
