import { StoreUnavailable } from "../ports/store-unavailable.js";
import { ServiceError } from "./service-error.js";

/** The error that a caller may see, or `null` for one that is nobody's business but the log's. */
export function toServiceError(error: unknown): ServiceError | null {
  if (ServiceError.isInstance(error)) return error;
  if (StoreUnavailable.isInstance(error)) {
    return new ServiceError("unavailable", "The database did not answer in time: send the same request again.", {
      cause: error,
      retryAfterMs: error.retryAfterMs,
    });
  }
  return null;
}
