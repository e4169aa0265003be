import { readFreezeStatement } from "./freeze.js";

const requestedKeys = "(SELECT value FROM json_each(:keys))";
const requestedPrefixes = "(SELECT value FROM json_each(:prefixes))";

// SQLite cannot parse a damaged payload, and payloads of other topics that are nested too deep.
const prefix = "CASE WHEN topic = 'delete_prefix' AND json_valid(payload) THEN payload ->> '$' END";
const objects = "CASE WHEN topic = 'delete_objects' AND json_valid(payload) THEN payload ELSE '[]' END";
const thumbnail = "CASE WHEN json_valid(thumbnail) THEN thumbnail ->> 'storageKey' END";

/**
 * The given keys and prefixes that a row refers to, the newest migration, and the freeze. A worker may store previews, outputs and
 * thumbnails under the prefix of an active generation before a row names their keys. No row of an ended generation
 * refers to a preview or to the stored outputs of an attempt. Reads all outputs and inputs on purpose: an index on their
 * keys would cost each generation more than a rare sweep does.
 */
export const findKeysInUseStatements: readonly string[] = [
  `SELECT storage_prefix AS name FROM safelight_generations WHERE due_at IS NOT NULL AND storage_prefix IN ${requestedPrefixes}`,
  `SELECT storage_key AS name FROM safelight_outputs WHERE storage_key IN ${requestedKeys}`,
  `SELECT ${thumbnail} AS name FROM safelight_outputs WHERE ${thumbnail} IN ${requestedKeys}`,
  `SELECT storage_key AS name FROM safelight_inputs WHERE storage_key IN ${requestedKeys}`,
  `SELECT ${prefix} AS name FROM safelight_outbox WHERE ${prefix} IN ${requestedPrefixes}`,
  `SELECT object.value AS name FROM safelight_outbox, json_each(${objects}) object WHERE object.value IN ${requestedKeys}`,

  "SELECT id, name FROM safelight_migrations ORDER BY id DESC LIMIT 1",
  readFreezeStatement,
];

/** Key of the first output of the generation that completed last. */
export const newestOutputKeyStatement = `SELECT storage_key FROM safelight_outputs WHERE generation_id = (
     SELECT id FROM safelight_generations
     WHERE finished_at > 0 AND deleted_at IS NULL AND state = 'completed' ORDER BY finished_at DESC LIMIT 1
   ) ORDER BY "index" LIMIT 1`;

/**
 * The first 100 outputs with this hash, deleted ones included, in the order of the indexes. Ids of generations sort by their
 * creation.
 */
export const findOutputsBySha256Statement = `SELECT o.generation_id AS generationId, o."index", g.owner_id AS ownerId, g.model,
     g.kind, g.created_at AS createdAt, g.deleted_at AS deletedAt
   FROM (
     SELECT generation_id, "index" FROM safelight_outputs WHERE sha256 = :sha256
     UNION ALL SELECT generation_id, "index" FROM safelight_deleted_outputs WHERE sha256 = :sha256
     ORDER BY generation_id, "index" LIMIT 100
   ) o CROSS JOIN safelight_generations g ON g.id = o.generation_id
   ORDER BY o.generation_id, o."index"`;
