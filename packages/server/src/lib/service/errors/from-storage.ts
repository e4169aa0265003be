import { ServiceError } from "./service-error.js";

/**
 * Waits for a call of the storage, whose failures pass with the outage.
 *
 * @throws {ServiceError} unavailable, with the storage's error as its cause.
 */
export async function fromStorage<T>(result: Promise<T>): Promise<T> {
  try {
    return await result;
  } catch (cause) {
    throw new ServiceError("unavailable", "The storage is unavailable.", { cause });
  }
}
