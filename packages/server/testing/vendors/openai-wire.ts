import type { ProviderErrorCode } from "../../src/lib/generation/provider-failure.js";

/** An error in OpenAI's wire format. */
export interface OpenaiError {
  readonly status: number;
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly param: string | null;
    readonly code: string | null;
    readonly moderation_details?: { readonly categories: readonly string[]; readonly moderation_stage: string };
  };
}

/** Error of each refusal. */
export const openaiErrors = {
  invalid_input: errorOf(400, "invalid_request_error", "invalid_value", "size"),
  content_blocked: blockedAt("input"),
  unauthenticated: errorOf(401, "invalid_request_error", "invalid_api_key"),
  forbidden: errorOf(403, "invalid_request_error", null),
  insufficient_credit: errorOf(429, "insufficient_quota", "insufficient_quota"),
  rate_limited: errorOf(429, "requests", "rate_limit_exceeded"),
  not_found: errorOf(404, "invalid_request_error", "model_not_found", "model"),
  provider_unavailable: errorOf(503, "server_error", "slow_down"),
} as const satisfies Partial<Record<ProviderErrorCode, OpenaiError>>;

/** Error of the content filter, for the input or the output. */
export function blockedAt(stage: "input" | "output"): OpenaiError {
  const { error, status } = errorOf(400, "image_generation_user_error", "moderation_blocked");
  const details = { categories: ["violence"], moderation_stage: stage };
  return { status, error: { ...error, moderation_details: details } };
}

/** A refusal, with an optional `Retry-After`. */
export function refusalOf(code: ProviderErrorCode, retryAfter?: string): Response {
  const known: Partial<Record<ProviderErrorCode, OpenaiError>> = openaiErrors;
  const { error, status } = known[code] ?? openaiErrors.invalid_input;
  const headers = { "x-request-id": "req_1", ...(retryAfter !== undefined && { "retry-after": retryAfter }) };
  return Response.json({ error }, { status, headers });
}

/** Response of a proxy instead of OpenAI. */
export function proxyTrouble(status: number): Response {
  return new Response("<html><body>Bad gateway</body></html>", { status, headers: { "content-type": "text/html" } });
}

/** Whether the request has the API key of the tests. */
export function isAuthorized(request: Request): boolean {
  return request.headers.get("authorization") === "Bearer the-key";
}

function errorOf(status: number, type: string, code: string | null, param: string | null = null): OpenaiError {
  return { status, error: { message: "Your request «a quiet lake» was not accepted.", type, param, code } };
}
