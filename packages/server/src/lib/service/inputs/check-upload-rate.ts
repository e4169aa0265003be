import type { Caller } from "../../model/define-model.js";
import { ServiceError } from "../errors/service-error.js";
import type { ServiceContext } from "../service-context.js";

/**
 * Refuses an owner whose upload limit is used up, before the body is read. The commit checks again, for concurrent uploads.
 *
 * @throws {ServiceError} rate_limited
 */
export async function checkUploadRate({ limits, store }: ServiceContext, { ownerId }: Caller): Promise<void> {
  if (limits.uploads === null) return;
  const retryAfterMs = await store.inputWaitMs({ ownerId, rate: limits.uploads });
  if (retryAfterMs > 0) throw uploadRateLimited(retryAfterMs);
}

/** @param retryAfterMs time until the next upload is allowed. */
export function uploadRateLimited(retryAfterMs: number): ServiceError {
  const message = "Too many uploads in a short time. Retry after the time in Retry-After.";
  return new ServiceError("rate_limited", message, { retryAfterMs });
}
