import { isErased } from "./erased-owners.js";
import { now } from "./guards.js";

/**
 * Initial sequence and log start of a new owner: beyond the sequence of every erased owner. An id may be used again,
 * and a tab that still follows the erased owner must not find its position in the new log.
 */
export const ownerStart =
  "coalesce((SELECT CAST(value AS INTEGER) FROM safelight_settings WHERE name = 'owner_start'), 0)";

/** In milliseconds. Smaller differences between two machines are usual. */
const maxSkewMs = 300_000;

/**
 * The theoretical arrival time of refunds. If a clock that was ahead wrote the owner last, it moves back by the
 * difference: the budget recovers in its usual time.
 */
export const refundTat = (owner: string): string =>
  `${owner}.refund_tat - iif(${owner}.touched_at > ${now} + ${maxSkewMs}, ${owner}.touched_at - ${now}, 0)`;

/** Sets the time of a write to an owner. */
export const touchOwner = `touched_at = ${now}, refund_tat = ${refundTat("safelight_owners")}`;

/** Creates the owner on the first write for it, unless its request began before its erasure. Needs `:ownerId`. */
export const upsertOwner = `INSERT INTO safelight_owners
     (id, sequence, log_start, rate_tat, refund_tat, touched_at, created_at)
   SELECT :ownerId, ${ownerStart}, ${ownerStart}, 0, 0, ${now}, ${now} WHERE NOT ${isErased}
   ON CONFLICT (id) DO UPDATE SET ${touchOwner}`;

/** Run it before an owner is erased: new owners then start beyond its sequence. */
export const raiseOwnerStart = (condition: string): string => `INSERT INTO safelight_settings (name, value)
   SELECT 'owner_start', max(sequence + 1, ${ownerStart}) FROM safelight_owners WHERE ${condition}
   ON CONFLICT (name) DO UPDATE SET value = excluded.value`;
