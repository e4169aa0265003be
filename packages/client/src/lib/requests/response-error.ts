import { isProblem, type ProblemCode } from "../contract/problem.js";
import type { headerNames } from "../contract/wire.js";
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

/** Not read from `headerNames`, which would be exported by the first load for this late code. */
const requestIdHeader: (typeof headerNames)["requestId"] = "x-request-id";

/**
 * Codes of responses that are no problems of the server: of a proxy, or of the host's own sign-in. A 404 means a wrong URL
 * rather than a deleted generation, and a 403 means a firewall: both are `invalid_response`, as are all other statuses.
 */
const codesByStatus: Readonly<Record<number, ProblemCode>> = {
  400: "malformed_request",
  401: "unauthenticated",
  408: "timeout",
  413: "payload_too_large",
  422: "invalid_input",
  429: "rate_limited",
  500: "internal",
};

/** Converts a response to an error. Accepts any response, since it may come from a proxy. */
export function responseError({ status, headers, body, request, now }: UnexpectedResponse): SafelightError {
  // Other APIs use the same names for other types.
  const problem = isProblem(body) ? body : null;
  const code = problem?.code ?? codesByStatus[status] ?? (status > 500 ? "unavailable" : "invalid_response");
  const hint = code === "invalid_response" && (status === 404 || status < 300) ? ": check basePath" : "";
  const detail = body?.detail;
  const message = typeof detail === "string" ? detail : `HTTP ${status} ${code} (${request})${hint}`;
  return new SafelightError(code, message, {
    ...problem,
    status,
    retryAfterMs: parseRetryAfter(headers.get("retry-after"), now),
    requestId: problem?.requestId ?? headers.get(requestIdHeader),
  });
}

/** Parses seconds or a date to milliseconds from now; `null` if it is neither. */
function parseRetryAfter(value: string | null, now: number): number | null {
  if (value === null) return null;
  const seconds = Number(value);
  const ms = Number.isNaN(seconds) ? Date.parse(value) - now : seconds * 1_000;
  return Number.isNaN(ms) ? null : Math.max(0, ms);
}
