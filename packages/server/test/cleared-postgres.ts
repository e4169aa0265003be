import type pg from "pg";
import { deleteRows } from "./delete-rows.js";
import { startPostgres } from "./start-postgres.js";

/**
 * Starts Postgres for all tests of a file. Call it at the top of the file.
 *
 * @returns deletes all rows of Safelight's tables but those that the migrations insert, and resolves with the pool. It is
 * the same pool at each call, with one connection.
 */
export function clearedPostgres(): () => Promise<pg.Pool> {
  const server = startPostgres();
  let pool: pg.Pool | null = null;
  return async () => {
    pool ??= (await server()).openPool({ max: 1 });
    await pool.query(deleteRows);
    return pool;
  };
}
