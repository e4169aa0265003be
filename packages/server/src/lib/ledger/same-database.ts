import { type HostStatement, toStatementText } from "./host-query.js";

/** Statements on the host's own table of balances, in the database of the store. */
export interface SameDatabaseOptions {
  /**
   * One `UPDATE` that takes credits if the balance suffices, in the commit of the submit. It must change one row, or none if
   * the balance is too low. If it changes several rows, or a view, the submit fails and takes nothing.
   *
   * Its parameters are `:accountId`, which its `WHERE` must compare, `:credits`, and optionally `:key`: the id of the
   * generation, or of the first one of a group. Pass text, or a drizzle statement with `sql.placeholder("accountId")`. A
   * drizzle statement is converted to text once, with its other values as constants.
   */
  readonly take: HostStatement;
  /**
   * One `UPDATE` that returns credits, in the commit of an end with a refund. Its parameters are those of `take`; `:key` is
   * the id of the generation. If it changes no row, nothing is returned. If it changes several, the end fails, and is
   * repeated.
   */
  readonly give: HostStatement;
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
  /** The text of the statement. */
  readonly take: string;
  /** The text of the statement. */
  readonly give: string;
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
 *
 * @throws {TypeError} for a drizzle statement with a value that cannot be a constant, such as a `Date`.
 */
export function sameDatabase(options: SameDatabaseOptions): DatabaseCredits {
  return {
    ...options,
    kind: "sameDatabase",
    take: toStatementText(options.take, "credits.take"),
    give: toStatementText(options.give, "credits.give"),
  };
}
