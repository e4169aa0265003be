/** Max length of a lease, in milliseconds. The store relies on it: only a wrong clock writes work that is due much later. */
export const maxLeaseMs = 120_000;

/** Max delay that a vendor may request, in milliseconds. `isTooFar` of each store relies on it. */
export const maxRetryAfterMs = 3_600_000;
