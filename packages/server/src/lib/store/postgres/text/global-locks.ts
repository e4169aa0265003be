/*
 * Locks of all owners together: statements that take them. Their names differ from those of `lockNames`.
 */

/** Erasures commit in the order of their positions: a higher position never becomes visible before a lower one. */
export const lockErasures = "PERFORM pg_advisory_xact_lock(hashtextextended('safelight-erasures', 0))";

/** The start of new owners. A deletion raises it alone, and owners are created with it side by side. */
export const lockOwnerStart = "PERFORM pg_advisory_xact_lock(hashtextextended('safelight-owner-start', 0))";
export const shareOwnerStart = "PERFORM pg_advisory_xact_lock_shared(hashtextextended('safelight-owner-start', 0))";
