import { SafelightError } from "./safelight-error.js";

/**
 * The status of a refusal, or the code of the client's own check of an input, which has no status. A gateway may respond with
 * 408 or 499 after the server has accepted the request.
 */
const refused = /^(4(?!08|99)|invalid_input)/;

/**
 * Whether a request was refused, so that it has no effect. After any other error of a submit or a retry, the server may have
 * accepted it: send the same request again with the same `idempotencyKey`.
 */
export function isRefusal(error: unknown): boolean {
  // An earlier attempt may have been accepted, even if this one was refused, such as after the end of a session.
  if (!SafelightError.isInstance(error) || error.earlierAttempts > 0) return false;
  return refused.test(`${error.status ?? error.code}`);
}
