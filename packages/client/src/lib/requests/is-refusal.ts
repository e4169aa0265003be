import { isClientError, SafelightError } from "./safelight-error.js";

/**
 * Whether a request was refused, so that it has no effect. After any other error of a submit or a retry, the server may have
 * accepted it: send the same request again with the same `idempotencyKey`.
 */
export function isRefusal(error: unknown): boolean {
  if (!SafelightError.isInstance(error)) return false;
  const { code, status } = error;
  // The client checks inputs and ids before it sends a request.
  if (status === null) return code === "invalid_input" || code === "not_found";
  // A gateway may respond with 408 or 499 after the server has accepted the request.
  return isClientError(error) && status !== 408 && status !== 499;
}
