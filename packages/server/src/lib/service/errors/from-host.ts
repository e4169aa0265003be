import type { Clock } from "../../ports/clock.js";
import { withinTime } from "../../process/within-time.js";
import { ServiceError } from "./service-error.js";

/** Time limit of a function of the host in a request, in milliseconds: the same as of the event hooks. */
const limitMs = 30_000;
/** `Retry-After` of a request whose host function timed out. */
const retryAfterMs = 5_000;

/**
 * Waits for a function of the host. One that hangs fails the request after 30 seconds, or when the signal aborts. Its result
 * is then ignored.
 *
 * @param limits.what subject of the log line, such as "identify".
 * @param call gets the signal that aborts when the wait is over.
 * @throws {ServiceError} unavailable after the time limit or the abort.
 * @throws the errors of `call`.
 */
export async function fromHost<T>(
  { clock, signal, what }: { readonly clock: Clock; readonly signal?: AbortSignal | undefined; readonly what: string },
  call: (signal: AbortSignal) => T | Promise<T>,
): Promise<T> {
  let isOver = false;
  try {
    return await withinTime({ clock, limitMs, what, ...(signal !== undefined && { signal }) }, async (ended) => {
      ended.addEventListener("abort", () => {
        isOver = true;
      });
      return call(ended);
    });
  } catch (cause) {
    // A signal that had aborted before emits no event, and its reason may be a text.
    const isDisconnected = signal?.aborted === true;
    if (!isOver && !isDisconnected) throw cause;
    const reason = isDisconnected ? "The client disconnected" : "A check of the server took too long";
    throw new ServiceError("unavailable", `${reason}: send the same request again.`, { cause, retryAfterMs });
  }
}
