import { allOf, confirmedNow, now } from "../guards/guards.js";

/**
 * Creation time of the upload that the next one must wait for: the one after the owner's `:newer` newest. Skips rows dated
 * in the future, which a clock that was ahead wrote.
 */
const nthNewest = `(SELECT created_at FROM safelight_inputs WHERE owner_id = :ownerId AND created_at <= ${now} + 5000
    ORDER BY id DESC LIMIT 1 OFFSET coalesce(:newer, 0))`;

/** Whether the owner's images, including this one, exceed the quota. */
const isFull = `coalesce(:maxOwnerBytes < :byteLength + (
    SELECT coalesce(sum(byte_length), 0) FROM safelight_inputs WHERE owner_id = :ownerId AND id <> :id), 0)`;

/** Conditions of keeping one more. Rows are counted, and nobody can delete one before its time. */
const recordGuards = {
  rate: `:newer IS NULL OR coalesce(${nthNewest}, 0) <= ${now} - :perMs`,
  quota: `NOT ${isFull}`,
};

/** One picture more, and when the next may come. Its id is the command's token. */
export const recordInputStatements: readonly string[] = [
  `INSERT INTO safelight_inputs
     (id, owner_id, storage_key, content_type, byte_length, sha256, width, height, created_at, used_at)
   SELECT :id, :ownerId, :storageKey, :contentType, :byteLength, :sha256, :width, :height, ${now}, ${now}
   WHERE ${allOf(recordGuards)}
   ON CONFLICT (id) DO NOTHING`,

  `SELECT EXISTS (SELECT 1 FROM safelight_inputs WHERE id = :id) AS is_recorded, ${isFull} AS is_full,
     ${nthNewest} + :perMs - ${now} AS retry_after_ms`,
];

/** How long until the next may come; null where the owner has fewer. */
export const inputWaitStatement = `SELECT ${nthNewest} + :perMs - ${now} AS wait_ms`;

/** One picture: whoever's it is, or of the owner that a generation has now. */
export const getInputStatement = `SELECT * FROM safelight_inputs
   WHERE id = :id AND (:generationId IS NULL
     OR owner_id = (SELECT owner_id FROM safelight_generations WHERE id = :generationId))`;

const ofOwner = "id IN (SELECT value FROM json_each(:ids)) AND owner_id = :ownerId";

/** Those of the owner, which a submit refers to now. */
export const findInputsStatements: readonly string[] = [
  `UPDATE safelight_inputs SET used_at = max(used_at, ${now}) WHERE ${ofOwner}`,
  `SELECT * FROM safelight_inputs WHERE ${ofOwner}`,
];

/** Which are long unused, and since when that counts. Read first: idle must cost nothing. */
export const findUnusedStatement = `SELECT id, ${confirmedNow} - :unusedForMs AS unused_since FROM safelight_inputs
   WHERE used_at <= ${confirmedNow} - :unusedForMs ORDER BY used_at LIMIT :limit`;

/** A submit may have referred to one since it was found. */
const stillUnused = "id IN (SELECT value FROM json_each(:ids)) AND used_at <= :unusedSince";

/** Forgets pictures, and leaves their bytes to the outbox. Both go by the time at which they were found. */
export const purgeInputsStatements: readonly string[] = [
  ...dropInputsWhere(stillUnused),
  // How many are left of what was to go.
  "SELECT count(*) AS kept FROM safelight_inputs WHERE id IN (SELECT value FROM json_each(:ids))",
];

/** Forgets the pictures of a condition, which must say the same twice. */
export function dropInputsWhere(condition: string): readonly string[] {
  return [
    `INSERT INTO safelight_outbox (topic, payload, tries, due_at, created_at)
   SELECT 'delete_objects', json_array(storage_key), 0, ${now}, ${now} FROM safelight_inputs WHERE ${condition}`,
    `DELETE FROM safelight_inputs WHERE ${condition}`,
  ];
}
