import type { Clock } from "../../ports/clock.js";
import { withinTime } from "../../process/within-time.js";
import { ServiceError } from "./service-error.js";

/** Time limit of a call, in milliseconds. */
const limitMs = 10_000;

/**
 * Waits for a call of the storage, whose failures pass with the outage. A storage that hangs counts as failed after 10
 * seconds.
 *
 * @param call gets the signal that aborts after the time limit. Its result is then ignored.
 * @throws {ServiceError} unavailable, with the storage's error as its cause.
 */
export async function fromStorage<T>(clock: Clock, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
  try {
    return await withinTime({ clock, limitMs, what: "A call of the storage" }, call);
  } catch (cause) {
    throw new ServiceError("unavailable", "The storage is unavailable.", { cause });
  }
}
