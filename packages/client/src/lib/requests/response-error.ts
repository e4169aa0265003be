import type { Problem, ProblemCode } from "../contract/problem.js";
import { headerNames } from "../contract/wire.js";
import { codeOfStatus, isKnownCode } from "./problem-codes.js";
import { SafelightError } from "./safelight-error.js";

/** A response that the caller did not expect. */
export interface UnexpectedResponse {
  readonly status: number;
  readonly headers: Headers;
  /** The parsed body; `null` if it is not a JSON object. */
  readonly body: Readonly<Record<string, unknown>> | null;
  /** Method and path of the request, for the message: `"GET /api/generations/active"`. */
  readonly request: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Converts a response to an error. Accepts any response, since it may come from a proxy. */
export function responseError({ status, headers, body, request, now }: UnexpectedResponse): SafelightError {
  // Checked below: a known code implies the members that the contract defines.
  const problem: Partial<Problem> = body ?? {};
  const { detail, retryable } = problem;
  const code = codeOf(status, problem);
  const hint = code === "invalid_response" && (status === 404 || status < 300) ? ": check basePath" : "";
  const message = typeof detail === "string" ? detail : `HTTP ${status} ${code} (${request})${hint}`;
  return new SafelightError(code, message, {
    // Other APIs use the same names for other types.
    ...(isKnownCode(problem.code) ? problem : typeof retryable === "boolean" && { retryable }),
    status,
    retryAfterMs: parseRetryAfter(headers.get("retry-after"), now),
    requestId: problem.requestId ?? headers.get(headerNames.requestId),
  });
}

function codeOf(status: number, { code }: Partial<Problem>): ProblemCode {
  if (isKnownCode(code)) return code;
  // Without a code, a 404 means a wrong URL rather than a deleted generation, and a 403 means a firewall.
  return code === undefined && (status === 404 || status === 403) ? "invalid_response" : codeOfStatus(status);
}

/** Parses seconds or a date to milliseconds from now; `null` if it is neither. */
function parseRetryAfter(value: string | null, now: number): number | null {
  if (value === null) return null;
  const seconds = Number(value);
  const ms = Number.isNaN(seconds) ? Date.parse(value) - now : seconds * 1_000;
  return Number.isNaN(ms) ? null : Math.max(0, ms);
}
