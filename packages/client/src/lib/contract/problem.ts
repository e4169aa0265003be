/** One row: the HTTP status of the code (`null`: created by the client), and whether a retry may succeed. */
interface ProblemRow {
  readonly status: number | null;
  readonly retryable: boolean;
  readonly title: string;
}

/**
 * Error codes of the API. The server responds with their status, title and retryability. The client does not bundle this
 * table. To add a code, add it here and to `docs/errors.md`, with a test.
 */
export const problems = {
  malformed_request: { status: 400, retryable: false, title: "Malformed request" },
  unauthenticated: { status: 401, retryable: false, title: "Authentication required" },
  webhook_invalid: { status: 401, retryable: false, title: "Invalid webhook" },
  insufficient_credits: { status: 402, retryable: false, title: "Insufficient credits" },
  origin_not_allowed: { status: 403, retryable: false, title: "Origin not allowed" },
  forbidden: { status: 403, retryable: false, title: "Forbidden" },
  not_found: { status: 404, retryable: false, title: "Not found" },
  method_not_allowed: { status: 405, retryable: false, title: "Method not allowed" },
  timeout: { status: 408, retryable: true, title: "Timed out" },
  not_terminal: { status: 409, retryable: false, title: "Generation not finished" },
  price_changed: { status: 409, retryable: false, title: "Price changed" },
  payload_too_large: { status: 413, retryable: false, title: "Payload too large" },
  unsupported_media_type: { status: 415, retryable: false, title: "Unsupported media type" },
  range_not_satisfiable: { status: 416, retryable: false, title: "Range not satisfiable" },
  invalid_input: { status: 422, retryable: false, title: "Invalid input" },
  unknown_model: { status: 422, retryable: false, title: "Unknown model" },
  content_blocked: { status: 422, retryable: false, title: "Content blocked" },
  idempotency_mismatch: { status: 422, retryable: false, title: "Idempotency key reused for another request" },
  rate_limited: { status: 429, retryable: true, title: "Too many requests" },
  refund_budget_spent: { status: 429, retryable: true, title: "Refund limit reached" },
  too_many_active: { status: 429, retryable: true, title: "Too many active generations" },
  internal: { status: 500, retryable: false, title: "Internal server error" },
  unavailable: { status: 503, retryable: true, title: "Service unavailable" },
  schema_too_new: { status: 503, retryable: true, title: "Server upgrade required" },
  network: { status: null, retryable: true, title: "Network error" },
  invalid_response: { status: null, retryable: false, title: "Invalid response" },
} as const satisfies Record<string, ProblemRow>;

/**
 * Stable code of an error. Branch on codes, never on message texts. A later server may send other codes: handle them by
 * default.
 */
export type ProblemCode = keyof typeof problems;

/** One problem of the input, in the shape of Standard Schema. */
export interface ProblemIssue {
  readonly message: string;
  /** Keys from the root of the validated value; empty for the value as a whole. */
  readonly path: readonly (string | number)[];
}

/** Members that some codes add to the standard members of a problem. */
export interface ProblemExtensions {
  /** With `invalid_input`: the problems and their paths. */
  readonly issues?: readonly ProblemIssue[];
  /** With `insufficient_credits`: the price of the generation. */
  readonly required?: number;
  /** With `insufficient_credits`: the balance at the time of the refusal. */
  readonly available?: number;
  /** With `too_many_active`: the active generations, newest first. */
  readonly activeIds?: readonly string[];
  /** With `price_changed`: the current price. */
  readonly credits?: number;
}

/** An error on the wire: RFC 9457 `application/problem+json`. */
export interface Problem extends ProblemExtensions {
  /** `urn:safelight:problem:` and the code. */
  readonly type: string;
  readonly title: string;
  /** The HTTP status, repeated. */
  readonly status: number;
  readonly code: ProblemCode;
  /** Cause and next step. Safe to show: contains no secrets and no vendor text. */
  readonly detail: string;
  readonly retryable: boolean;
  /** Identifies this request in the server's log. */
  readonly requestId: string;
}

const typePrefix = "urn:safelight:problem:";

/** `type` member for a code. */
export function problemType(code: ProblemCode): string {
  return `${typePrefix}${code}`;
}

/**
 * Whether a value from the wire is a problem of Safelight, and not of a proxy or of another API. The code may be one of a
 * later server.
 */
export function isProblem(value: unknown): value is Problem {
  // Each member is checked below.
  const { type, code, retryable }: Partial<Record<keyof Problem, unknown>> = Object(value);
  return typeof code === "string" && type === typePrefix + code && typeof retryable === "boolean";
}
