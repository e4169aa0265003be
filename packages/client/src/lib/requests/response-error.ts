import type { Problem, ProblemCode } from "../contract/problem.js";
import { headerNames } from "../contract/wire.js";
import { codeOfStatus, isKnownCode } from "./problem-codes.js";
import { SafelightError } from "./safelight-error.js";

/** An answer that is none of those hoped for. */
export interface UnexpectedAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** The parsed body; `null` when it is no JSON object. */
  readonly body: Readonly<Record<string, unknown>> | null;
  /** What was asked, for the message: `"GET /api/generations/active"`. */
  readonly request: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** The error that an answer stands for. Takes anything: the answer may come from a proxy. */
export function responseError({ status, headers, body, request, now }: UnexpectedAnswer): SafelightError {
  // A known code comes with the members that the contract gives it.
  const problem: Partial<Problem> = body ?? {};
  const code = codeOf(status, problem);
  const hint = code === "invalid_response" ? ": is this Safelight?" : "";
  const message =
    typeof problem.detail === "string" ? problem.detail : `The server answered ${status} ${code} (${request})${hint}`;
  return new SafelightError(code, message, {
    ...problem,
    status,
    retryAfterMs: parseRetryAfter(headers.get("retry-after"), now),
    requestId: problem.requestId ?? headers.get(headerNames.requestId),
  });
}

function codeOf(status: number, { code }: Partial<Problem>): ProblemCode {
  if (isKnownCode(code)) return code;
  // A page that says 404 is a wrong address, not a generation that is gone; one that says 403 is a firewall's.
  return code === undefined && (status === 404 || status === 403) ? "invalid_response" : codeOfStatus(status);
}

/** Milliseconds from now, of seconds or a date; `null` when it says neither. */
function parseRetryAfter(value: string | null, now: number): number | null {
  if (value === null) return null;
  const seconds = Number(value);
  const ms = Number.isNaN(seconds) ? Date.parse(value) - now : seconds * 1_000;
  return Number.isNaN(ms) ? null : Math.max(0, ms);
}
