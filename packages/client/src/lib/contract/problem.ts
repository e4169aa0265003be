/** One row: the HTTP status that carries the code (`null`: made by the client), and whether a repeat may succeed. */
interface ProblemRow {
  readonly status: number | null;
  readonly retryable: boolean;
  readonly title: string;
}

/**
 * Every error that a caller of the API can meet. The one table of error codes: the server answers with its status and
 * title, the client reads `retryable` from it. Adding a code is a row here, a row in `docs/errors.md` and a test.
 */
export const problems = {
  malformed_request: { status: 400, retryable: false, title: "The request body cannot be read" },
  unauthenticated: { status: 401, retryable: false, title: "Sign in first" },
  webhook_invalid: { status: 401, retryable: false, title: "The call-back could not be verified" },
  insufficient_credits: { status: 402, retryable: false, title: "Not enough credits" },
  origin_not_allowed: { status: 403, retryable: false, title: "This origin is not allowed" },
  forbidden: { status: 403, retryable: false, title: "Not allowed" },
  not_found: { status: 404, retryable: false, title: "Not found" },
  method_not_allowed: { status: 405, retryable: false, title: "Method not allowed" },
  not_terminal: { status: 409, retryable: false, title: "The generation has not ended yet" },
  price_changed: { status: 409, retryable: false, title: "The price has changed" },
  payload_too_large: { status: 413, retryable: false, title: "The request is too large" },
  unsupported_media_type: { status: 415, retryable: false, title: "This content type is not taken" },
  range_not_satisfiable: { status: 416, retryable: false, title: "The range lies outside" },
  invalid_input: { status: 422, retryable: false, title: "The request is not valid" },
  unknown_model: { status: 422, retryable: false, title: "There is no such model" },
  content_blocked: { status: 422, retryable: false, title: "The content is not allowed" },
  idempotency_mismatch: { status: 422, retryable: false, title: "The idempotency key was used for another request" },
  rate_limited: { status: 429, retryable: true, title: "Too many requests" },
  refund_budget_spent: { status: 429, retryable: true, title: "Too many generations were given back" },
  too_many_active: { status: 429, retryable: true, title: "Too many generations in progress" },
  internal: { status: 500, retryable: false, title: "Something went wrong on the server" },
  unavailable: { status: 503, retryable: true, title: "The server is busy" },
  schema_too_new: { status: 503, retryable: true, title: "The server must be upgraded" },
  network: { status: null, retryable: true, title: "The server could not be reached" },
  timeout: { status: null, retryable: true, title: "The wait was longer than allowed" },
  invalid_response: { status: null, retryable: false, title: "The server's answer was not understood" },
} as const satisfies Record<string, ProblemRow>;

/** Stable code of an error. Decide on codes, never on message text. */
export type ProblemCode = keyof typeof problems;

/** One thing that is wrong with the input, in the shape of Standard Schema. */
export interface ProblemIssue {
  readonly message: string;
  /** Keys from the root of the validated value; empty when the value as a whole is meant. */
  readonly path: readonly (string | number)[];
}

/** Facts that some codes carry beside the standard members of a problem. */
export interface ProblemExtensions {
  /** With `invalid_input`: what is wrong where. */
  readonly issues?: readonly ProblemIssue[];
  /** With `insufficient_credits`: what the generation costs. */
  readonly required?: number;
  /** With `insufficient_credits`: what the account holds, as of the refusing commit. */
  readonly available?: number;
  /** With `too_many_active`: the generations in progress, newest first. */
  readonly activeIds?: readonly string[];
  /** With `price_changed`: the price that holds now. */
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
  /** What was attempted and what to do next. Safe to show; carries no secret and no vendor text. */
  readonly detail: string;
  readonly retryable: boolean;
  /** Names this request in the server's log. */
  readonly requestId: string;
}

const typePrefix = "urn:safelight:problem:";

/** The `type` member for a code. */
export function problemType(code: ProblemCode): string {
  return `${typePrefix}${code}`;
}

/** Tells whether a value from the wire is a problem of this contract. Unknown codes are none. */
export function isProblem(value: unknown): value is Problem {
  return (
    typeof value === "object" &&
    value !== null &&
    "code" in value &&
    typeof value.code === "string" &&
    Object.hasOwn(problems, value.code)
  );
}
