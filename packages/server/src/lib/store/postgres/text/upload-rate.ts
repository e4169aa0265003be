import { ofOwner } from "./of-owner.js";

/**
 * Creation time of the upload of `:ownerId` that the next one must wait for. With a limit of N per window, the N-th newest
 * upload must leave the window first; `:newer` is N − 1. Skips rows dated in the future, which a clock that was ahead wrote.
 *
 * @param now an expression.
 */
export const nthNewest = (now: string): string =>
  `(SELECT i.created_at FROM @inputs i WHERE ${ofOwner("i")} AND i.created_at <= ${now} + 5000
      ORDER BY i.owner_id DESC, i.id DESC LIMIT 1 OFFSET coalesce(:newer, 0))`;
