import { allOf, confirmedNow, now } from "../guards/guards.js";
import { enqueuePrefixDeletion } from "../guards/outbox-items.js";
import { keepHashes, purgeOf } from "../guards/purge.js";
import { assignSequencesOf, isMarked } from "../guards/sequences.js";

/**
 * Oldest ends of all owners, with the time until each is due. A read comes first, so that an idle check writes nothing.
 */
export const findEndedStatement = `SELECT id, finished_at + :endedForMs - ${now} AS due_in_ms,
     finished_at + :endedForMs <= ${confirmedNow} AS is_due FROM safelight_generations
   WHERE finished_at IS NOT NULL AND deleted_at IS NULL ORDER BY finished_at LIMIT :limit + 1`;

const named = "id IN (SELECT value FROM json_each(:ids))";

/** Conditions of deleting the content. A found generation stays ended, but another worker may have purged it since. */
const purgeGenerationsGuards = { named, once: "deleted_at IS NULL" };

/** Deletes the content, as `removeStatements` do for one generation of an owner. */
export const purgeGenerationsStatements: readonly string[] = [
  `UPDATE safelight_generations
   SET deleted_at = ${now}, touched_at = ${now}, version = version + 1, sequence = NULL
   WHERE ${allOf(purgeGenerationsGuards)}`,

  enqueuePrefixDeletion(`${named} AND ${isMarked}`),
  // Idempotent: a second purge finds no content.
  keepHashes("SELECT value FROM json_each(:ids)"),
  ...purgeOf("SELECT value FROM json_each(:ids)"),
  ...assignSequencesOf({
    generations: `g.${named}`,
    owners: `id IN (SELECT owner_id FROM safelight_generations WHERE ${named})`,
  }),

  `SELECT DISTINCT owner_id, team_id FROM safelight_generations WHERE ${named}`,
];

const deleteExpired = (table: string): string => `DELETE FROM ${table} WHERE rowid IN (
     SELECT rowid FROM ${table} WHERE expires_at <= ${confirmedNow} ORDER BY expires_at LIMIT 4
   )`;

/**
 * Deletes expired keys, also those of owners who never return. A claim runs them, so that keys are deleted faster than new
 * ones arrive. The limit keeps commits small.
 */
export const deleteExpiredKeysStatements: readonly string[] = [
  deleteExpired("safelight_submissions"),
  deleteExpired("safelight_erased_entry_keys"),
];
