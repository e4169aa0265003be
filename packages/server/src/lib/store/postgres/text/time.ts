import type { Parameters } from "./parameters.js";

/** Parameters of the time. Every function and read that uses a text below declares them. */
export const timeParameters = { now: "bigint", aheadMs: "bigint", isExact: "flag" } as const satisfies Parameters;

/**
 * The database's time minus this process's clock correction, in epoch milliseconds. A function reads it once, after its
 * locks: `now()` of Postgres is the start of the transaction, before the wait for a lock. Only tests bind `:now`.
 */
export const nowInFunction = "(coalesce(:now, floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint) - :aheadMs)";

/** The same for a read. As a subquery, Postgres evaluates it once, and can use an index for a comparison with it. */
export const nowInRead = `(SELECT ${nowInFunction})`;

/**
 * A time that has certainly passed, at most `now`: rows that expired by then may be removed. It is one to two hours
 * behind `now`, counting only hours in which a process ran. In a test whose clock is the only one, it is `now`.
 *
 * @param now an expression.
 */
export const confirmedTime = (now: string): string =>
  `(CASE WHEN :isExact = 1 THEN ${now} ELSE least(${now}, coalesce(
     (SELECT substring(value FROM '"confirmedAt":([0-9]{1,15})')::bigint FROM @settings WHERE name = 'agreed_time'),
     0)) END)`;
