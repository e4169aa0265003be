import type { ProblemCode } from "../contract/problem.js";

/**
 * The codes that this client knows, by HTTP status; 0 for no response. The first code of a status is the fallback for
 * responses without a known code: of a proxy, of the host's own sign-in, of a later server. The client bundles this table
 * instead of the contract's, whose texts would cost each page half a kilobyte. A test keeps the two in sync.
 */
const codesByStatus: Readonly<Record<number, readonly ProblemCode[]>> = {
  0: ["network"],
  400: ["malformed_request"],
  401: ["unauthenticated", "webhook_invalid"],
  402: ["invalid_response", "insufficient_credits"],
  403: ["forbidden", "origin_not_allowed"],
  404: ["not_found"],
  405: ["invalid_response", "method_not_allowed"],
  408: ["timeout"],
  409: ["invalid_response", "not_terminal", "price_changed"],
  413: ["payload_too_large"],
  415: ["invalid_response", "unsupported_media_type"],
  416: ["invalid_response", "range_not_satisfiable"],
  422: ["invalid_input", "unknown_model", "content_blocked", "idempotency_mismatch"],
  429: ["rate_limited", "refund_budget_spent", "too_many_active"],
  500: ["internal"],
  503: ["unavailable", "schema_too_new"],
};

/** Statuses whose codes are retryable: no network, timeout, too many requests, unavailable. */
const retryableStatuses = [0, 408, 429, 503];

/** Whether a retry may succeed. */
export function isRetryable(code: ProblemCode): boolean {
  return retryableStatuses.some((status) => codesByStatus[status]?.includes(code));
}

/** Whether this client knows a code. */
export function isKnownCode(code: unknown): code is ProblemCode {
  return Object.values(codesByStatus).some((codes) => codes.some((known) => known === code));
}

/** Fallback code of a status. */
export function codeOfStatus(status: number): ProblemCode {
  return codesByStatus[status]?.[0] ?? (status > 500 ? "unavailable" : "invalid_response");
}
