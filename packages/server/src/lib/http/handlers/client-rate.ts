import type { Clock } from "../../ports/clock.js";
import { ServiceError } from "../../service/errors/service-error.js";

/** A rate limit whose burst is the whole limit. */
export interface Rate {
  readonly requests: number;
  readonly perMs: number;
}

/** Limit of all clients together, as a multiple of the limit of one client. */
const processFactor = 10;

/**
 * Limits the requests of anonymous clients by the generic cell rate algorithm (GCRA), in the memory of this process. A client that
 * has its whole limit costs no memory. The limit of all clients bounds the number of the others.
 *
 * @returns a function that counts one request of a client, or throws a `ServiceError` with the code `rate_limited`.
 */
export function createClientRate(rate: Rate, clock: Pick<Clock, "now">): (client: string) => void {
  /** When each client has its whole limit again, in epoch milliseconds. */
  const clients = new Map<string, number>();
  const total = { requests: rate.requests * processFactor, perMs: rate.perMs };
  let totalFullAt = 0;
  return (client) => {
    const now = clock.now();
    for (const [name, fullAt] of clients) if (fullAt <= now) clients.delete(name);
    const nextOwnFullAt = nextFullAt(rate, { fullAt: clients.get(client) ?? 0, now });
    const nextTotalFullAt = nextFullAt(total, { fullAt: totalFullAt, now });
    // Both limits accept the request.
    clients.set(client, nextOwnFullAt);
    totalFullAt = nextTotalFullAt;
  };
}

/** When the whole limit is available again after one more request. @throws {ServiceError} rate_limited */
function nextFullAt(
  { perMs, requests }: Rate,
  { fullAt, now }: { readonly fullAt: number; readonly now: number },
): number {
  const next = Math.max(fullAt, now) + perMs / requests;
  // 0.001 tolerates float rounding.
  const retryAfterMs = next - now - perMs - 0.001;
  if (retryAfterMs <= 0) return next;
  const detail = "Too many files were sent: wait, and send the same request again.";
  throw new ServiceError("rate_limited", detail, { retryAfterMs: Math.ceil(retryAfterMs) });
}
