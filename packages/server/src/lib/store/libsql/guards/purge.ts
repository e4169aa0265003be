/** Whether the content of a generation was deleted: a late or repeated command must not restore it. */
export const isPurged = `EXISTS (
    SELECT 1 FROM safelight_generations WHERE id = :id AND finished_at IS NOT NULL AND deleted_at IS NOT NULL)`;

/** Keeps the hashes of the outputs of the generations that a subquery lists. Run it before the outputs are deleted. */
export function keepHashes(ids: string): string {
  return `INSERT INTO safelight_deleted_outputs (generation_id, "index", sha256)
   SELECT generation_id, "index", sha256 FROM safelight_outputs WHERE generation_id IN (${ids})
   ON CONFLICT DO NOTHING`;
}

/** Deletes the outputs of the generations that a subquery lists. */
export function purgeOutputs(ids: string): string {
  return `DELETE FROM safelight_outputs WHERE generation_id IN (${ids})`;
}

/** Deletes the provider data of the generations that a subquery lists. */
export function purgeAttempts(ids: string): string {
  return `UPDATE safelight_attempts SET operation = NULL, operation_hint = NULL, outputs = NULL, failure = NULL,
     stored_outputs = NULL
   WHERE generation_id IN (${ids})`;
}

/** Deletes the content of the generations that a subquery lists. */
export function purgeOf(ids: string): readonly string[] {
  return [
    `UPDATE safelight_generations SET input = NULL, parsed_input = NULL, metadata = NULL, scope = NULL
   WHERE id IN (${ids})`,
    purgeOutputs(ids),
    purgeAttempts(ids),
  ];
}
