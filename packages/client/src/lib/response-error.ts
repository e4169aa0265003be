import type { Problem, ProblemCode } from "./contract/problem.js";
import { headerNames } from "./contract/wire.js";
import { isKnownCode } from "./problem-codes.js";
import { SafelightError } from "./safelight-error.js";

/** An answer that is none of those hoped for. */
export interface UnexpectedAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** The parsed body; `null` when it is no JSON object. */
  readonly body: Readonly<Record<string, unknown>> | null;
  /** What was asked, for the message: `"GET /active"`. */
  readonly request: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** What a status says without a code that this client knows: of a proxy, of a host's own sign-in, of a later server. */
const codesByStatus: Readonly<Record<number, ProblemCode>> = {
  400: "malformed_request",
  401: "unauthenticated",
  403: "forbidden",
  404: "not_found",
  408: "timeout",
  413: "payload_too_large",
  422: "invalid_input",
  429: "rate_limited",
  500: "internal",
};

/** The error that an answer stands for. Takes anything: the answer may come from a proxy. */
export function responseError({ status, headers, body, request, now }: UnexpectedAnswer): SafelightError {
  // A known code comes with the members that the contract gives it.
  const problem: Partial<Problem> = body ?? {};
  const code = isKnownCode(problem.code) ? problem.code : codeOf(status, problem);
  return new SafelightError(code, problem.detail ?? `${request} was answered ${status}: ${code}`, {
    ...problem,
    status,
    retryAfterMs: parseRetryAfter(headers.get("retry-after"), now),
    requestId: problem.requestId ?? headers.get(headerNames.requestId),
  });
}

function codeOf(status: number, problem: Partial<Problem>): ProblemCode {
  // A page that says 404 is a wrong address, not a generation that is gone.
  if (status === 404 && problem.code === undefined) return "invalid_response";
  return codesByStatus[status] ?? (status > 500 ? "unavailable" : "invalid_response");
}

/** Milliseconds from now, of seconds or a date; `null` when it says neither. */
function parseRetryAfter(value: string | null, now: number): number | null {
  if (value === null) return null;
  const seconds = Number(value);
  const ms = Number.isNaN(seconds) ? Date.parse(value) - now : seconds * 1_000;
  return Number.isNaN(ms) ? null : Math.max(0, ms);
}
