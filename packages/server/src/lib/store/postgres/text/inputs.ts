/** An upload in the columns of `InputRecord`. */
export const inputColumns = `id, owner_id AS "ownerId", storage_key AS "storageKey", content_type AS "contentType",
    byte_length AS "byteLength", sha256, width, height, duration_ms AS "durationMs"`;

/**
 * Deletes uploads, and their bytes through the outbox. Needs `v_now`.
 *
 * @param condition which uploads. The caller has locked them in the order of their ids, unless there is at most one.
 * @param dueAt an expression: when the outbox deletes their bytes.
 */
export const deleteInputs = (condition: string, dueAt = "v_now"): string =>
  `WITH gone AS (DELETE FROM @inputs WHERE ${condition} RETURNING id, storage_key)
  INSERT INTO @outbox (topic, payload, tries, due_at, created_at)
  SELECT 'delete_objects', json_build_array(gone.storage_key)::text, 0, ${dueAt}, v_now FROM gone ORDER BY gone.id`;
