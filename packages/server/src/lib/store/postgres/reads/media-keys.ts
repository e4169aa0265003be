import type { FoundOutput } from "../../../ports/store/media-key-store.js";
import { readFreeze } from "../copy/read-freeze.js";
import { defineRead } from "../text/define-read.js";

const requestedKeys = "(SELECT json_array_elements_text(:keys::json))";
const requestedPrefixes = "(SELECT json_array_elements_text(:prefixes::json))";

// Matched, not parsed: one damaged value must not fail the sweep. Keys have no character that JSON escapes.
const thumbnail = `substring(thumbnail FROM '"storageKey" ?: ?"([^"]*)"')`;
const prefix = `substring(payload FROM '^"([^"]*)"$')`;
const object = `(regexp_matches(payload, '"([^"]*)"', 'g'))[1]`;

/**
 * The given keys and prefixes that a row refers to, the newest migration, and the freeze. A worker may store previews, outputs and
 * thumbnails under the prefix of an active generation before a row names their keys. No row of an ended generation refers
 * to a preview or to the stored outputs of an attempt. Reads all outputs and inputs on purpose: an index on their keys
 * would cost each generation more than a rare sweep does. For the same reason, the keys are a subquery and no array:
 * Postgres builds one hash table of them.
 */
export const findKeysInUse = defineRead<{
  readonly names: { readonly name: string };
  readonly newest: { readonly id: number; readonly name: string };
  readonly freeze: { readonly value: string };
}>({
  name: "find_keys_in_use",
  parameters: { keys: "text", prefixes: "text" },
  parts: {
    names: `SELECT storage_prefix AS name FROM @generations WHERE due_at IS NOT NULL AND storage_prefix IN ${requestedPrefixes}
      UNION ALL SELECT storage_key FROM @outputs WHERE storage_key IN ${requestedKeys}
      UNION ALL SELECT ${thumbnail} FROM @outputs WHERE ${thumbnail} IN ${requestedKeys}
      UNION ALL SELECT storage_key FROM @inputs WHERE storage_key IN ${requestedKeys}
      UNION ALL SELECT ${prefix} FROM @outbox WHERE topic = 'delete_prefix' AND ${prefix} IN ${requestedPrefixes}
      UNION ALL SELECT name FROM (SELECT ${object} AS name FROM @outbox WHERE topic = 'delete_objects') o
        WHERE name IN ${requestedKeys}`,
    newest: "SELECT id, name FROM @migrations ORDER BY id DESC LIMIT 1",
    freeze: readFreeze,
  },
  isLong: true,
});

/** Key of the first output of the generation that completed last. */
export const newestOutputKey = defineRead<{ readonly output: { readonly storage_key: string } }>({
  name: "newest_output_key",
  parameters: {},
  parts: {
    output: `SELECT storage_key FROM @outputs WHERE generation_id = (
        SELECT id FROM @generations
        WHERE finished_at IS NOT NULL AND deleted_at IS NULL AND state = 'completed' ORDER BY finished_at DESC LIMIT 1
      ) ORDER BY "index" LIMIT 1`,
  },
});

/**
 * The first 100 outputs with this hash, deleted ones included, in the order of the indexes. Ids of generations sort by their
 * creation.
 */
export const findOutputsBySha256 = defineRead<{ readonly outputs: FoundOutput }>({
  name: "find_outputs_by_sha256",
  parameters: { sha256: "text" },
  parts: {
    // One lookup for each found output, whatever the statistics say.
    outputs: `SELECT o.generation_id AS "generationId", o."index", g.owner_id AS "ownerId", g.model, g.kind,
        g.created_at AS "createdAt", g.deleted_at AS "deletedAt"
      FROM (
        (SELECT generation_id, "index" FROM @outputs WHERE sha256 = :sha256 ORDER BY generation_id, "index" LIMIT 100)
        UNION ALL
        (SELECT generation_id, "index" FROM @deleted_outputs WHERE sha256 = :sha256
          ORDER BY generation_id, "index" LIMIT 100)
        ORDER BY generation_id, "index" LIMIT 100
      ) o
      CROSS JOIN LATERAL (
        SELECT owner_id, model, kind, created_at, deleted_at FROM @generations WHERE id = o.generation_id LIMIT 1
      ) g
      ORDER BY o.generation_id, o."index"`,
  },
});
