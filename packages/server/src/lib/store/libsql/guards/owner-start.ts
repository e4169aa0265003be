import { now } from "./guards.js";

/**
 * Where the order of an owner who is not there stands, and begins: beyond every order that was forgotten with its owner.
 * An id may come back, and a tab that still follows its former life must not find its place in the new one.
 */
export const ownerStart =
  "coalesce((SELECT CAST(value AS INTEGER) FROM safelight_settings WHERE name = 'owner_start'), 0)";

/** A smaller difference is the usual one between two machines. */
const maxSkewMs = 300_000;

/**
 * The theoretical arrival time of refunds. If a clock that was ahead wrote the owner last, it moves back by the difference:
 * the budget recovers in its usual time.
 */
export const refundTat = (owner: string): string =>
  `${owner}.refund_tat - iif(${owner}.touched_at > ${now} + ${maxSkewMs}, ${owner}.touched_at - ${now}, 0)`;

/** Sets the time of a write to an owner. */
export const touchOwner = `touched_at = ${now}, refund_tat = ${refundTat("safelight_owners")}`;

/** An owner is made by whatever gives them something first. Needs `:ownerId`. */
export const openOwner = `INSERT INTO safelight_owners
     (id, sequence, log_start, rate_tat, refund_tat, touched_at, created_at)
   VALUES (:ownerId, ${ownerStart}, ${ownerStart}, 0, 0, ${now}, ${now})
   ON CONFLICT (id) DO UPDATE SET ${touchOwner}`;

/** Before an owner goes: whoever comes now begins beyond them. */
export const raiseOwnerStart = (condition: string): string => `INSERT INTO safelight_settings (name, value)
   SELECT 'owner_start', max(sequence + 1, ${ownerStart}) FROM safelight_owners WHERE ${condition}
   ON CONFLICT (name) DO UPDATE SET value = excluded.value`;
