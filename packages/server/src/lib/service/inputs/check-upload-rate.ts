import type { Caller } from "../../model/define-model.js";
import { ServiceError } from "../errors/service-error.js";
import type { ServiceContext } from "../service-context.js";

/**
 * Turns away whoever has used up their uploads, before anything of the next is read. The commit decides again, for those that
 * come at once.
 *
 * @throws {ServiceError} rate_limited
 */
export async function checkUploadRate({ limits, store }: ServiceContext, { ownerId }: Caller): Promise<void> {
  if (limits.uploads === null) return;
  const retryAfterMs = await store.inputWaitMs({ ownerId, rate: limits.uploads });
  if (retryAfterMs > 0) throw uploadsUsedUp(retryAfterMs);
}

/** @param retryAfterMs until the next is taken. */
export function uploadsUsedUp(retryAfterMs: number): ServiceError {
  const message = "Too many uploads in a short time: wait as Retry-After says.";
  return new ServiceError("rate_limited", message, { retryAfterMs });
}
