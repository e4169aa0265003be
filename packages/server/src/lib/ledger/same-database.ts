/** Statements on the host's own table of balances, in the database of the store. */
export interface SameDatabaseOptions {
  /**
   * One `UPDATE` that takes credits if the balance suffices. It must change one row, or none if the balance is too low. If it
   * changes several rows, or a view, the submit fails and takes nothing. Its parameters are `:accountId`, which its `WHERE` must compare,
   * `:credits`, and optionally `:key`, the id of the generation, or of the first one of a group. Runs in the commit of the
   * submit.
   */
  readonly take: string;
  /**
   * One `UPDATE` that returns credits, with the same parameters; `:key` is the id of the generation. Runs in the commit of an
   * end with a refund. If it changes no row, nothing is returned. If it changes several, the end fails, and is repeated.
   */
  readonly give: string;
  /**
   * Reads the balance of an account: safe integer ≥ 0, or `null` if unknown. Called for each response that shows a balance,
   * with 5 seconds to respond. If it throws, the response has no balance, and `GET /credits` responds with 503.
   *
   * @default responses have no balance, and `GET /credits` responds with 404
   */
  readonly balance?: ((accountId: string) => Promise<number | null> | number | null) | undefined;
}

/** Balances in a table of the host, from {@link sameDatabase}. */
export interface DatabaseCredits extends SameDatabaseOptions {
  readonly kind: "sameDatabase";
}

/**
 * Keeps the credits in a table of the host in the same database, as the `credits` option. The host's statements run in
 * Safelight's own commits: credits are taken only with a generation, and returned with its end. Needs a libSQL file or Postgres
 * as the store: `createSafelight` throws a `TypeError` for any other one.
 *
 * @example
 * ```ts
 * createSafelight({
 *   credits: sameDatabase({
 *     take: "UPDATE users SET credits = credits - :credits WHERE id = :accountId AND credits >= :credits",
 *     give: "UPDATE users SET credits = credits + :credits WHERE id = :accountId",
 *   }),
 *   // …
 * });
 * ```
 */
export function sameDatabase(options: SameDatabaseOptions): DatabaseCredits {
  return { ...options, kind: "sameDatabase" };
}
