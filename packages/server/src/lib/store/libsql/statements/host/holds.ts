import { now } from "../../guards/guards.js";

/**
 * Records holds that the outbox releases after `:releaseAfterMs`, unless a submit uses them first. A repeat adds nothing, also
 * one that arrives after the commit of the submit.
 */
export const openHoldsStatements: readonly string[] = [
  `INSERT INTO safelight_outbox (topic, payload, hold_key, tries, due_at, created_at)
   SELECT 'resolve_hold', json_object('key', hold.value ->> 'key', 'accountId', hold.value ->> 'accountId',
     'reference', NULL, 'credits', hold.value ->> 'credits', 'kept', 0, 'keyHash', :keyHash),
     hold.value ->> 'key', 0, ${now} + :releaseAfterMs, ${now}
   FROM json_each(:holds) hold
   WHERE NOT EXISTS (SELECT 1 FROM safelight_generations WHERE id = hold.value ->> 'key')
   ON CONFLICT (hold_key) WHERE hold_key IS NOT NULL DO NOTHING`,
  "SELECT 1",
];

/** Reads the newest holds only: their keys begin with the time of the submit. */
export const findHeldDuplicateStatement = `SELECT 1 AS found FROM safelight_outbox INDEXED BY safelight_outbox_holds
   WHERE hold_key >= :since AND hold_key NOT IN (SELECT value FROM json_each(:keys))
     AND payload ->> 'accountId' = :accountId AND payload ->> 'keyHash' = :keyHash LIMIT 1`;

/** Deletes the refused holds that no worker has claimed. Makes the unused ones due, and no longer open. */
export const endHoldsStatements: readonly string[] = [
  `DELETE FROM safelight_outbox
   WHERE hold_key IN (SELECT value FROM json_each(:refused)) AND tries = 0`,
  `UPDATE safelight_outbox SET due_at = min(due_at, created_at)
   WHERE hold_key IN (SELECT value FROM json_each(:unused)) AND tries = 0`,
  "SELECT 1",
];
