import { errorText } from "../ports/error-text.js";
import { toServiceError } from "../service/errors/to-service-error.js";
import { toWholeSeconds } from "../service/submit/whole-seconds.js";
import { AdminError, wantsJson } from "./admin-context.js";
import { errorPage } from "./pages/error-page.js";
import type { PageRequest } from "./pages/layout.js";

interface Refusal extends Pick<AdminError, "message"> {
  readonly status: AdminError["status"] | 500;
}

/**
 * Responds to an operator with an error. An unavailable database is 503 and a warning: the operator may send the same
 * request again.
 */
export function errorResponse(error: Error, { c, deps }: PageRequest): Response | Promise<Response> {
  const { logger } = deps.access.service;
  const known = error instanceof AdminError ? null : toServiceError(error);
  const fields = { method: c.req.method, error: errorText(error) };
  let refusal: Refusal = { status: 500, message: "The request failed. The server's log has the error." };
  if (error instanceof AdminError) refusal = error;
  else if (known !== null && known.status === 503) {
    logger.warn("Responded with 503.", { event: "request.unavailable", status: 503, ...fields });
    if (known.retryAfterMs !== null) c.header("Retry-After", String(toWholeSeconds(known.retryAfterMs)));
    refusal = { status: 503, message: known.message };
  } else logger.error("The operator page failed.", { event: "admin.failed", ...fields });
  const { message, status } = refusal;
  if (wantsJson(c.req.header("accept"))) return c.json({ status, error: message }, status);
  return c.html(errorPage({ c, deps }, { status, message }), status);
}
