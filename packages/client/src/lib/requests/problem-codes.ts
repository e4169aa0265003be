import type { ProblemCode } from "../contract/problem.js";

/**
 * The codes that this client knows, by the status that carries them; 0 where there is no answer. The first one is what the
 * status says by itself: of a proxy, of a host's own sign-in, of a later server. This is all that the client needs of the
 * contract's table, whose texts would cost each page half a kilobyte. A test keeps the two equal.
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

/** What passes: no network, too slow, too many, too busy. */
const passing = [0, 408, 429, 503];

/** Whether a code means that a repeat may succeed. */
export function isRetryable(code: ProblemCode): boolean {
  return passing.some((status) => codesByStatus[status]?.includes(code));
}

/** Whether this client knows a code. */
export function isKnownCode(code: unknown): code is ProblemCode {
  return Object.values(codesByStatus).some((codes) => codes.some((known) => known === code));
}

/** What a status says where no code does. */
export function codeOfStatus(status: number): ProblemCode {
  return codesByStatus[status]?.[0] ?? (status > 500 ? "unavailable" : "invalid_response");
}
