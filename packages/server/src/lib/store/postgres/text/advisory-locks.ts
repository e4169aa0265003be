/*
 * Statements that take advisory locks. All stores of a database share one space of keys, so each key contains schema and
 * prefix, which `withNames` adds to its `@kind`.
 */

/**
 * The name of an owner or an account. A row that is absent cannot be locked.
 *
 * @param name an expression.
 */
export const lockName = (name: string): string =>
  `PERFORM pg_advisory_xact_lock(hashtextextended('@name:' || ${name}, 0))`;

/** The uploads of an owner, who may have no row. */
export const lockUploads = "PERFORM pg_advisory_xact_lock(hashtextextended('@uploads:' || :ownerId, 0))";

/** The counts of all timings. */
export const lockTimings = "PERFORM pg_advisory_xact_lock(hashtextextended('@timings', 0))";

/** Erasures commit in the order of their positions: a higher position never becomes visible before a lower one. */
export const lockErasures = "PERFORM pg_advisory_xact_lock(hashtextextended('@erasures', 0))";

/** The start of new owners. An erasure raises it alone, and owners are created with it side by side. */
export const lockOwnerStart = "PERFORM pg_advisory_xact_lock(hashtextextended('@owner_start', 0))";
export const shareOwnerStart = "PERFORM pg_advisory_xact_lock_shared(hashtextextended('@owner_start', 0))";
