import type { Pool } from "pg";
import type { SqlRow } from "../../rows/sql-row.js";
import { type Names, withNames } from "../text/names.js";

/** Reads the rows of the table of migrations; `null` if there is no such table. */
export async function readMigrations(pool: Pool, names: Names): Promise<readonly SqlRow[] | null> {
  const find = withNames("SELECT 1 WHERE to_regclass('@migrations') IS NOT NULL", names);
  if ((await pool.query(find)).rows.length === 0) return null;
  // `pg` returns a bigint as text.
  const select = "SELECT id::int AS id, name, needs::int AS needs, hash FROM @migrations ORDER BY id";
  return (await pool.query<SqlRow>(withNames(select, names))).rows;
}
