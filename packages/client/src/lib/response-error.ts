import { isProblem, type ProblemCode, problems } from "./contract/problem.js";
import { headerNames } from "./contract/wire.js";
import { SafelightError } from "./safelight-error.js";

/** An answer that is none of those hoped for. */
export interface UnexpectedAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** The parsed body; `undefined` when it is no JSON. */
  readonly body: unknown;
  /** The request, for the message: `"GET /active"`. */
  readonly request: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** What an answer that does not speak the contract says all the same: from proxies, and from a host's own sign-in. */
const codesByStatus: Readonly<Record<number, ProblemCode>> = {
  401: "unauthenticated",
  403: "forbidden",
  408: "timeout",
  413: "payload_too_large",
  429: "rate_limited",
  500: "internal",
};

/** The same for a code that is newer than this client. A 404 counts here only: a page of HTML is a wrong address. */
const codesByProblemStatus: Readonly<Record<number, ProblemCode>> = {
  400: "malformed_request",
  402: "insufficient_credits",
  404: "not_found",
  422: "invalid_input",
};

/** The error that an answer stands for. Takes anything: the answer may come from a proxy. */
export function responseError({ status, headers, body, request, now }: UnexpectedAnswer): SafelightError {
  const facts = {
    status,
    retryAfterMs: parseRetryAfter(headers.get("retry-after"), now),
    requestId: headers.get(headerNames.requestId),
  };
  if (isProblem(body)) {
    const { code, detail, issues, activeIds, ...extensions } = body;
    return new SafelightError(code, detail ?? problems[code].title, {
      ...extensions,
      ...(Array.isArray(issues) && { issues }),
      ...(Array.isArray(activeIds) && { activeIds }),
      ...facts,
      requestId: body.requestId ?? facts.requestId,
    });
  }
  const unknown: Readonly<Record<string, unknown>> = typeof body === "object" && body !== null ? { ...body } : {};
  const code =
    codesByStatus[status] ??
    (typeof unknown.code === "string" ? codesByProblemStatus[status] : undefined) ??
    (status > 500 ? "unavailable" : "invalid_response");
  const message =
    typeof unknown.detail === "string" ? unknown.detail : `${problems[code].title} (${request}: ${status})`;
  return new SafelightError(code, message, {
    ...facts,
    ...(typeof unknown.retryable === "boolean" && { retryable: unknown.retryable }),
  });
}

/** Milliseconds from now, of seconds or a date; `null` when it says neither. */
function parseRetryAfter(value: string | null, now: number): number | null {
  if (value === null) return null;
  const ms = /^\d+$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - now;
  return Number.isNaN(ms) ? null : Math.max(0, ms);
}
