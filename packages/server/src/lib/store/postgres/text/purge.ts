/**
 * Deletes the content of generations.
 *
 * @param ids an expression of the type `text[]`.
 */
export const purgeOf = (ids: string): readonly string[] => [
  `UPDATE @generations SET input = NULL, parsed_input = NULL, metadata = NULL, scope = NULL WHERE id = ANY (${ids})`,
  ...purgeResultsOf(ids),
];

/**
 * Keeps the hashes of the outputs of generations. Run it before the outputs are deleted.
 *
 * @param ids an expression of the type `text[]`.
 */
export const keepHashes = (ids: string): string =>
  `INSERT INTO @deleted_outputs (generation_id, "index", sha256)
     SELECT generation_id, "index", sha256 FROM @outputs WHERE generation_id = ANY (${ids})
     ON CONFLICT DO NOTHING`;

/** As `purgeOf`, without the content in the row of the generation itself. */
export const purgeResultsOf = (ids: string): readonly string[] => [
  `DELETE FROM @outputs WHERE generation_id = ANY (${ids})`,
  `UPDATE @attempts SET operation = NULL, operation_hint = NULL, outputs = NULL, failure = NULL,
     stored_outputs = NULL
     WHERE generation_id = ANY (${ids})`,
];
