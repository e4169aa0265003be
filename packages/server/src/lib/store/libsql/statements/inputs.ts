import { isErased } from "../guards/erased-owners.js";
import { allOf, confirmedNow, now } from "../guards/guards.js";
import { inputColumns } from "./reads.js";

/**
 * Creation time of the upload that the next one must wait for. With a limit of N per window, the N-th newest upload must
 * leave the window first; `:newer` is N − 1. Skips rows dated in the future, which a clock that was ahead wrote.
 */
const nthNewest = `(SELECT created_at FROM safelight_inputs WHERE owner_id = :ownerId AND created_at <= ${now} + 5000
    ORDER BY id DESC LIMIT 1 OFFSET coalesce(:newer, 0))`;

/** Whether the owner's uploads, including this one, exceed the quota. */
const isFull = `coalesce(:maxOwnerBytes < :byteLength + (
    SELECT coalesce(sum(byte_length), 0) FROM safelight_inputs WHERE owner_id = :ownerId AND id <> :id), 0)`;

/** Conditions of recording an upload. The rate counts rows, which an owner cannot delete early. */
const recordGuards = {
  rate: `:newer IS NULL OR coalesce(${nthNewest}, 0) <= ${now} - :perMs`,
  quota: `NOT ${isFull}`,
  notErased: `NOT ${isErased}`,
};

/** Records an upload, and returns the wait until the next one. Its id is the command's token. */
export const recordInputStatements: readonly string[] = [
  `INSERT INTO safelight_inputs
     (id, owner_id, storage_key, content_type, byte_length, sha256, width, height, duration_ms, created_at, used_at)
   SELECT :id, :ownerId, :storageKey, :contentType, :byteLength, :sha256, :width, :height, :durationMs, ${now}, ${now}
   WHERE ${allOf(recordGuards)}
   ON CONFLICT (id) DO NOTHING`,

  `SELECT EXISTS (SELECT 1 FROM safelight_inputs WHERE id = :id) AS is_recorded, ${isErased} AS is_erased, ${isFull} AS is_full,
     ${nthNewest} + :perMs - ${now} AS retry_after_ms`,
];

/** Deletes one upload, and its bytes later through the outbox. */
export const dropInputStatements: readonly string[] = [...dropInputsWhere("id = :id", `${now} + :delayMs`), "SELECT 1"];

/** Milliseconds until the next upload is allowed; null if the owner has fewer uploads than the rate. */
export const inputWaitStatement = `SELECT ${nthNewest} + :perMs - ${now} AS wait_ms`;

const ofOwner = "id IN (SELECT value FROM json_each(:ids)) AND owner_id = :ownerId";

/** Uploads of the owner that a submit refers to now. */
export const touchInputsStatements: readonly string[] = [
  `UPDATE safelight_inputs SET used_at = max(used_at, ${now} + :usedInMs) WHERE ${ofOwner}`,
  `SELECT ${inputColumns} FROM safelight_inputs WHERE ${ofOwner}`,
];

/** Uploads unused for long enough, and the cutoff time. A read comes first, so that an idle check writes nothing. */
export const findUnusedStatement = `SELECT id, ${confirmedNow} - :unusedForMs AS unused_since FROM safelight_inputs
   WHERE used_at <= ${confirmedNow} - :unusedForMs ORDER BY used_at LIMIT :limit`;

/** A submit may have referred to one since the read. */
const stillUnused = "id IN (SELECT value FROM json_each(:ids)) AND used_at <= :unusedSince";

/** Deletes uploads, and their bytes through the outbox. Both statements use the cutoff time of the read. */
export const purgeInputsStatements: readonly string[] = [
  ...dropInputsWhere(stillUnused),
  // The number of uploads that remain.
  "SELECT count(*) AS remaining FROM safelight_inputs WHERE id IN (SELECT value FROM json_each(:ids))",
];

/**
 * Deletes the uploads that match a condition. The condition must match the same rows in both statements.
 *
 * @param dueAt when the outbox deletes their bytes.
 */
export function dropInputsWhere(condition: string, dueAt: string = now): readonly string[] {
  return [
    `INSERT INTO safelight_outbox (topic, payload, tries, due_at, created_at)
   SELECT 'delete_objects', json_array(storage_key), 0, ${dueAt}, ${now} FROM safelight_inputs WHERE ${condition}`,
    `DELETE FROM safelight_inputs WHERE ${condition}`,
  ];
}
