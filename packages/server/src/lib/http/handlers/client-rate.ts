import type { Clock } from "../../ports/clock.js";
import { ServiceError } from "../../service/errors/service-error.js";

/** A limit whose burst is the whole limit. */
export interface Rate {
  readonly requests: number;
  readonly perMs: number;
}

/** All clients together may send so many times the requests of one. */
const processFactor = 10;

/**
 * Limits the requests of anonymous clients, in the memory of this process. It keeps an entry for each client that has not
 * its whole limit, so at most `processFactor` × `requests` of them.
 *
 * @returns counts one request of a client. Throws `rate_limited`.
 */
export function createClientRate(rate: Rate, clock: Pick<Clock, "now">): (client: string) => void {
  /** When each client has its whole limit again, in the order of the last request. */
  const clients = new Map<string, number>();
  const total = { requests: rate.requests * processFactor, perMs: rate.perMs };
  let totalFullAt = 0;
  return (client) => {
    const now = clock.now();
    for (const [name, fullAt] of clients) if (fullAt <= now) clients.delete(name);
    const ownFullAt = fullAtAfter(rate, { fullAt: clients.get(client) ?? 0, now });
    const nextFullAt = fullAtAfter(total, { fullAt: totalFullAt, now });
    clients.set(client, ownFullAt);
    totalFullAt = nextFullAt;
  };
}

/** Counts one request. @throws {ServiceError} rate_limited */
function fullAtAfter(
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
