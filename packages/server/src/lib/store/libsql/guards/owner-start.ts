import { now } from "./guards.js";

/**
 * Where the order of an owner who is not there stands, and begins: beyond every order that was forgotten with its owner.
 * An id may come back, and a tab that still follows its former life must not find its place in the new one.
 */
export const ownerStart =
  "coalesce((SELECT CAST(value AS INTEGER) FROM safelight_settings WHERE name = 'owner_start'), 0)";

/** An owner is made by whatever gives them something first. Needs `:ownerId`. */
export const openOwner = `INSERT INTO safelight_owners
     (id, sequence, log_start, rate_tat, refund_tat, touched_at, created_at)
   VALUES (:ownerId, ${ownerStart}, ${ownerStart}, 0, 0, ${now}, ${now})
   ON CONFLICT (id) DO UPDATE SET touched_at = excluded.touched_at`;

/** Before an owner goes: whoever comes now begins beyond them. */
export const raiseOwnerStart = (condition: string): string => `INSERT INTO safelight_settings (name, value)
   SELECT 'owner_start', max(sequence + 1, ${ownerStart}) FROM safelight_owners WHERE ${condition}
   ON CONFLICT (name) DO UPDATE SET value = excluded.value`;
