import type { ProviderErrorCode, ProviderFailure } from "../../generation/provider-failure.js";
import { asRecord } from "../../json/as-record.js";
import { failureOfStatus } from "../kit/failures/failure-of-status.js";
import { isIdentifier } from "../kit/failures/is-identifier.js";
import { jsonOf } from "../kit/request/vendor-json.js";
import type { VendorResponse } from "../kit/request/vendor-request.js";

/**
 * Error types of fal that differ from the meaning of their HTTP status.
 *
 * @see https://docs.fal.ai/errors (2026-11)
 */
const codesByType: ReadonlyMap<string, ProviderErrorCode> = new Map([
  ["content_policy_violation", "content_blocked"],
  ["no_media_generated", "no_output"],
  ["downstream_service_error", "provider_unavailable"],
  ["downstream_service_unavailable", "provider_unavailable"],
  ["generation_timeout", "provider_timeout"],
  ["request_timeout", "provider_timeout"],
  ["startup_timeout", "provider_timeout"],
  ["internal_error", "provider_error"],
  ["internal_server_error", "provider_error"],
  ["bad_request", "invalid_input"],
]);

const canceledTypes: ReadonlySet<string> = new Set(["client_cancelled", "client_disconnected"]);

/** Failures that may pass on a retry. fal reports whether they do. */
const transientCodes: ReadonlySet<ProviderErrorCode> = new Set([
  "provider_unavailable",
  "provider_timeout",
  "provider_error",
]);

/** Failure of a refused request; `null` if fal may have accepted it. */
export function refusalOf(response: VendorResponse, now: number): ProviderFailure | null {
  const byStatus = failureOfStatus("fal", { response, now });
  if (byStatus === null) return null;
  const errorTypes = errorTypesOf(response);
  return {
    ...byStatus,
    code: codeOf(response, { errorTypes, otherwise: byStatus.code }),
    message: messageOf(response, errorTypes),
  };
}

/**
 * Failure of a job.
 *
 * @param options.errorType `error_type` of the job's status, which is missing in the results of some models.
 */
export function jobFailureOf(
  requestId: string,
  { response, errorType }: { readonly response: VendorResponse; readonly errorType: unknown },
): ProviderFailure {
  const errorTypes = [...errorTypesOf(response), ...toErrorTypes([errorType])];
  const code = codeOf(response, { errorTypes, otherwise: codeOfRun(response.status) });
  const retryable = retryableOf(code, response.headers);
  const message = `Job ${requestId}: ${messageOf(response, errorTypes)}`;
  return { code, message, ...(retryable !== undefined && { retryable }) };
}

/** Returns whether a job ended because it was canceled. */
export function isCanceled(response: VendorResponse, errorType: unknown): boolean {
  return (
    response.status === 499 ||
    [...errorTypesOf(response), ...toErrorTypes([errorType])].some((each) => canceledTypes.has(each))
  );
}

/** Error types in a response: `type` of each model error, and `error_type` of the queue. */
export function errorTypesOf({ body, headers }: VendorResponse): readonly string[] {
  const { detail, error_type } = asRecord(jsonOf({ body }));
  const types = Array.isArray(detail) ? detail.map((each) => asRecord(each).type) : [];
  return toErrorTypes([...types, error_type, headers.get("x-fal-error-type")]);
}

/**
 * Categories of `content_policy_violation`, such as `sexual`, or `model_moderated` if the model itself refused.
 *
 * @see https://docs.fal.ai/errors#content_policy_violation (2026-11)
 */
function categoriesOf({ body }: VendorResponse): readonly string[] {
  const { detail } = asRecord(jsonOf({ body }));
  return (Array.isArray(detail) ? detail : []).flatMap((each) => {
    const { categories, type } = asRecord(each);
    return type === "content_policy_violation" && Array.isArray(categories) ? toErrorTypes(categories) : [];
  });
}

function toErrorTypes(values: readonly unknown[]): readonly string[] {
  return [...new Set(values.filter(isIdentifier))];
}

function codeOf(
  response: VendorResponse,
  { errorTypes, otherwise }: { readonly errorTypes: readonly string[]; readonly otherwise: ProviderErrorCode },
): ProviderErrorCode {
  for (const errorType of errorTypes) {
    const code = errorType.startsWith("runner_") ? "provider_unavailable" : codesByType.get(errorType);
    if (code !== undefined) return code;
  }
  return otherwise === "forbidden" && isWithoutCredit(response) ? "insufficient_credit" : otherwise;
}

/** fal has no error type for this, only a text: an account is locked when its balance is used up. */
function isWithoutCredit({ body }: VendorResponse): boolean {
  const { detail } = asRecord(jsonOf({ body }));
  return typeof detail === "string" && /^User is locked\. Reason: (Exhausted balance|.*TOP_UP)/.test(detail);
}

/** Maps the status of a job that ran, which comes from the model. */
function codeOfRun(status: number): ProviderErrorCode {
  switch (status) {
    case 400:
    case 413:
    case 422:
      return "invalid_input";
    case 403:
      return "forbidden";
    case 429:
      return "rate_limited";
    case 408:
    case 504:
      return "provider_timeout";
    case 502:
    case 503:
      return "provider_unavailable";
    default:
      return "provider_error";
  }
}

/** @returns `undefined` if the error code decides. */
function retryableOf(code: ProviderErrorCode, headers: Headers): boolean | undefined {
  // The host's own time limit would be hit again.
  if (headers.get("x-fal-request-timeout-type") === "user") return false;
  // The documentation uses both header names.
  const hint = headers.get("x-fal-retryable") ?? headers.get("x-fal-needs-retry");
  if (hint === "false") return false;
  return hint === "true" && transientCodes.has(code) ? true : undefined;
}

function messageOf(response: VendorResponse, errorTypes: readonly string[]): string {
  return `fal responded with ${[response.status, ...[...errorTypes, ...categoriesOf(response)].slice(0, 4)].join(" ")}.`;
}
