/**
 * Creation time of the upload of `:ownerId` that the next one must wait for. With a limit of N per window, the N-th newest
 * upload must leave the window first; `:newer` is N − 1. Skips rows dated in the future, which a clock that was ahead wrote.
 *
 * The comparison of two columns means `owner_id = :ownerId`. With that, Postgres may walk the uploads of all owners by id.
 *
 * @param now an expression.
 */
export const nthNewest = (now: string): string =>
  `(SELECT i.created_at FROM @inputs i WHERE (i.owner_id, i.id) > (:ownerId, '') AND (i.owner_id, i.id) < (:ownerId, '~') AND i.created_at <= ${now} + 5000
      ORDER BY i.owner_id DESC, i.id DESC LIMIT 1 OFFSET coalesce(:newer, 0))`;
