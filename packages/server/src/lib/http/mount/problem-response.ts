import { type Problem, problems, problemType } from "@safelight/client/contract";
import type { Context } from "hono";
import { errorText } from "../../ports/error-text.js";
import type { Logger } from "../../ports/logger.js";
import { ServiceError } from "../../service/errors/service-error.js";
import { toServiceError } from "../../service/errors/to-service-error.js";
import { toWholeSeconds } from "../../service/submit/whole-seconds.js";
import { closeConnection } from "../request/close-connection.js";
import { ConsumedBodyError } from "../request/consumed-body-error.js";
import type { JsonResponse } from "../request/json-response.js";
import type { RouterEnv } from "../request/router-context.js";

/** Responds with a problem. An internal error goes to the log, and the response has only its request id. */
export function problemResponse(
  error: Error,
  {
    c,
    jsonResponse,
    isClosing,
    logger,
  }: {
    readonly c: Context<RouterEnv>;
    readonly jsonResponse: JsonResponse;
    /** While the server closes, its 503s are expected: the client sends the request again. */
    readonly isClosing: () => boolean;
    readonly logger: Logger;
  },
): Response {
  const { requestId } = c.var;
  const known = toServiceError(error);
  if (known === null)
    logger.error("Request failed with an internal error.", {
      event: "request.failed",
      requestId,
      method: c.req.method,
      ...describe(error),
    });
  // A disconnect ends the checks of the host with 503, and the client does not wait for it.
  if (known !== null && known.status === 503 && !isClosing() && !c.req.raw.signal.aborted) {
    logger.warn("Responded with 503.", {
      event: "request.unavailable",
      requestId,
      method: c.req.method,
      status: 503,
      ...describe(error),
    });
  }
  const refusal = known ?? new ServiceError("internal", error instanceof ConsumedBodyError ? error.message : undefined);
  const body = toProblem(refusal, requestId);
  const headers = {
    "Content-Type": "application/problem+json",
    ...refusal.headers,
    // The rest of a late body may still arrive, so the connection cannot be reused.
    ...(refusal.code === "timeout" && closeConnection(c)),
    ...(refusal.retryAfterMs !== null && { "Retry-After": String(toWholeSeconds(refusal.retryAfterMs)) }),
  };
  return jsonResponse(c, { body, status: problems[refusal.code].status ?? 500, headers });
}

function toProblem({ code, message, extensions }: ServiceError, requestId: string): Problem {
  const { title, status, retryable } = problems[code];
  return {
    type: problemType(code),
    title,
    // Only the client's codes have no status, and the service never throws them.
    status: status ?? 500,
    code,
    detail: message,
    retryable,
    requestId,
    ...extensions,
  };
}

function describe(error: Error): { readonly error: string; readonly stack: string } {
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : "";
  return { error: `${error.name}: ${error.message}${cause}`, stack: errorText(error) };
}
