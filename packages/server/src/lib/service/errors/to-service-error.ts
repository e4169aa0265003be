import { SchemaTooNew } from "../../ports/store/schema-too-new.js";
import { StoreUnavailable } from "../../ports/store/store-unavailable.js";
import { ServiceError } from "./service-error.js";

/** During a deployment, the next request may reach an upgraded server. */
const upgradeRetryMs = 5_000;

/** Converts an error to the one for the caller; `null` for an error that must stay in the log. */
export function toServiceError(error: unknown): ServiceError | null {
  if (ServiceError.isInstance(error)) return error;
  if (StoreUnavailable.isInstance(error)) {
    return new ServiceError("unavailable", `The database ${stateOf(error)}. Send the same request again.`, {
      cause: error,
      retryAfterMs: error.retryAfterMs,
    });
  }
  if (SchemaTooNew.isInstance(error)) {
    return new ServiceError("schema_too_new", "The database needs a newer server version. Retry after the upgrade.", {
      cause: error,
      retryAfterMs: upgradeRetryMs,
    });
  }
  return null;
}

function stateOf({ isBusy, isFrozen }: StoreUnavailable): string {
  if (isFrozen) return "is read-only for a short time, because it is moved";
  return isBusy ? "is busy" : "could not be reached";
}
