import type { ProviderErrorCode, ProviderFailure } from "../../generation/provider-failure.js";
import { asRecord } from "../../json/as-record.js";
import { failureOfStatus } from "../kit/failures/failure-of-status.js";
import { isUnreachable } from "../kit/failures/is-unreachable.js";

/** AI SDK errors that are thrown before a request is sent. */
const codes: readonly (readonly [name: string, code: ProviderErrorCode])[] = [
  ["AI_LoadAPIKeyError", "unauthenticated"],
  ["AI_LoadSettingError", "unauthenticated"],
  ["AI_UnsupportedFunctionalityError", "invalid_input"],
  ["AI_InvalidArgumentError", "invalid_input"],
  ["AI_InvalidPromptError", "invalid_input"],
  ["AI_TypeValidationError", "invalid_input"],
  ["AI_NoSuchModelError", "not_found"],
];

/** Error codes of vendors in the bodies of refusals. */
const blocked =
  /moderation_blocked|content_policy_violation|content_moderation|content_filter|sexual_content|responsible_ai/i;
const unpaid =
  /insufficient_quota|billing_hard_limit|credit_balance_exhausted|spend_limit_exceeded|usage_limit_exceeded|insufficient.credit|exhausted balance/i;

/**
 * Failure that an error of `doGenerate` proves.
 *
 * @param options.now epoch milliseconds.
 * @returns `null` if the vendor may have accepted the request.
 */
export function failureOfError(
  name: string,
  { error, now }: { readonly error: unknown; readonly now: number },
): ProviderFailure | null {
  const [word, code] = codes.find(([marker]) => isMarked(error, `vercel.ai.error.${marker}`)) ?? [];
  if (code !== undefined) return { code, message: `Request to ${name} not sent: ${word}.` };
  if (!isPaidRequest(error)) return null;
  const call = callErrorOf(error);
  const { responseBody, responseHeaders, statusCode } = asRecord(call);
  if (statusCode === undefined) return unreachable(name, call);
  const headers = new Headers(Object.entries(asRecord(responseHeaders)).map(([key, value]) => [key, String(value)]));
  const failure = failureOfStatus(name, {
    response: { status: Number(statusCode), headers, body: new Uint8Array() },
    now,
  });
  return failure && { ...failure, ...codeOfBody(failure, String(responseBody)) };
}

/** Returns whether the call was paid, but the package found no image in the response. */
export function isEmptyResultError(error: unknown): boolean {
  return isMarked(error, "vercel.ai.error.AI_NoImageGeneratedError");
}

/**
 * Kind, status and code of an error, for the operator's log. Its message is left out because it may repeat the owner's
 * prompt.
 */
export function reasonOfError(error: unknown): string {
  const { code, statusCode } = asRecord(error);
  const { cause, name } = error instanceof Error ? error : { cause: null, name: typeof error };
  const codes = [statusCode, code, asRecord(cause).code].filter((each) => ["string", "number"].includes(typeof each));
  return [name, ...codes].join(", ");
}

/** AI SDK errors carry a marker symbol, because several copies of a class may be loaded. */
function isMarked(error: unknown, marker: string): boolean {
  return typeof error === "object" && error !== null && Symbol.for(marker) in error;
}

/**
 * Packages for queued vendors send the paid request, then poll, then download, and throw the same error for each. Only
 * the paid request has a body; errors of the others do not prove a refusal.
 */
function isPaidRequest(error: unknown): boolean {
  if (isMarked(error, "vercel.ai.gateway.error")) return true;
  const { requestBodyValues } = asRecord(error);
  return isMarked(error, "vercel.ai.error.AI_APICallError") && Object.keys(asRecord(requestBodyValues)).length > 0;
}

/**
 * The error of the request. The AI Gateway's errors wrap it without its headers, and have a status of 500 if there was no
 * response (`asGatewayError` of `@ai-sdk/gateway` 4.0.146, checked 2026-11).
 */
function callErrorOf(error: unknown): unknown {
  const { cause } = asRecord(error);
  return isMarked(error, "vercel.ai.gateway.error") && isMarked(cause, "vercel.ai.error.AI_APICallError")
    ? cause
    : error;
}

function unreachable(name: string, error: unknown): ProviderFailure | null {
  if (!isUnreachable(error) && !isUnreachable(asRecord(error).cause)) return null;
  return { code: "provider_unavailable", message: `Could not connect to ${name}: ${reasonOfError(error)}.` };
}

function codeOfBody({ code }: ProviderFailure, body: string): { readonly code?: ProviderErrorCode } {
  if ((code === "invalid_input" || code === "forbidden") && blocked.test(body)) return { code: "content_blocked" };
  if ((code === "rate_limited" || code === "forbidden") && unpaid.test(body)) return { code: "insufficient_credit" };
  return {};
}
