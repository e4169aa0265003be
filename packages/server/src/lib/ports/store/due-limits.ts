/** Max length of a lease, in milliseconds. The store relies on it: work that is due much later was written by a wrong clock. */
export const maxLeaseMs = 120_000;

/** Max wait that a vendor may ask for, in milliseconds. `isTooFar` in claim.ts relies on it. */
export const maxRetryAfterMs = 3_600_000;
