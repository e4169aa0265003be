import { isClientError, type SafelightError } from "../requests/safelight-error.js";

/** Whether a retry would have the same result: a 4xx of the server itself that is not retryable. */
export function isDefinite(error: SafelightError): boolean {
  return isClientError(error) && !error.retryable && error.code !== "invalid_response";
}
