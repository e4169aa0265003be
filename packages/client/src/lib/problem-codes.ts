import type { ProblemCode } from "./contract/problem.js";

/**
 * The codes that this client knows, and whether a repeat may succeed (1): all that it needs of the contract's table,
 * whose texts would cost each page half a kilobyte. A test keeps the two equal.
 */
const retryability = {
  malformed_request: 0,
  unauthenticated: 0,
  webhook_invalid: 0,
  insufficient_credits: 0,
  origin_not_allowed: 0,
  forbidden: 0,
  not_found: 0,
  method_not_allowed: 0,
  not_terminal: 0,
  price_changed: 0,
  payload_too_large: 0,
  unsupported_media_type: 0,
  range_not_satisfiable: 0,
  invalid_input: 0,
  unknown_model: 0,
  content_blocked: 0,
  idempotency_mismatch: 0,
  rate_limited: 1,
  refund_budget_spent: 1,
  too_many_active: 1,
  internal: 0,
  unavailable: 1,
  network: 1,
  timeout: 1,
  invalid_response: 0,
} satisfies Record<ProblemCode, 0 | 1>;

/** Whether a code means that a repeat may succeed. */
export function isRetryable(code: ProblemCode): boolean {
  return retryability[code] > 0;
}

/** Whether this client knows a code. */
export function isKnownCode(code: unknown): code is ProblemCode {
  return typeof code === "string" && Object.hasOwn(retryability, code);
}
