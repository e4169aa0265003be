import { serverOffsets } from "./active-data.js";
import { generationsOf } from "./cached-query.js";
import type { FetchedQuery, UrlSchedule } from "./url-schedule.js";

/** URLs are refetched this long before they expire. */
const refreshBeforeExpiryMs = 60_000;

/** URLs are refetched at most once in this time, whatever the clocks show. */
const minRefreshIntervalMs = 60_000;

/** `setInterval` fires at once above this delay, which a clock that is weeks off would cause. */
const maxIntervalMs = 2 ** 31 - 1;

/** Keeps the URLs of all generations in a query's data valid. */
export const freshUrls: UrlSchedule = {
  staleTime: (query) => urlsDueAt(query) - query.state.dataUpdatedAt,
  refetchInterval: (query) => {
    const dueAt = urlsDueAt(query);
    // TanStack Query calls this on each render, and starts no timer on a server. Next with Cache Components fails the
    // build if a client component reads the clock in a prerender.
    if (dueAt === Infinity || typeof window === "undefined") return false;
    const now = Date.now();
    // Data that a server rendered, or from before the clock was set back, may be from the future.
    const fetchedAt = Math.min(Math.max(query.state.dataUpdatedAt, query.state.errorUpdatedAt), now);
    return Math.min(Math.max(dueAt - now, fetchedAt + minRefreshIntervalMs - now, 1_000), maxIntervalMs);
  },
};

/** When the first URL in the data must be refetched, in epoch milliseconds of this device; `Infinity` without URLs. */
function urlsDueAt(query: FetchedQuery): number {
  return Math.min(
    ...generationsOf(query).map(
      ({ urlsExpireAt, ownerTag }) =>
        (Date.parse(urlsExpireAt ?? "") || Infinity) - (serverOffsets.get(ownerTag) ?? 0) - refreshBeforeExpiryMs,
    ),
  );
}
