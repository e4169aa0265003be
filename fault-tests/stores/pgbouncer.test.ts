import type { Pool } from "pg";
import { describe } from "vitest";
import { postgresStore } from "../../packages/server/src/postgres.js";
import { deleteRows } from "../../packages/server/test/delete-rows.js";
import { hasPgbouncer, startPgbouncer } from "../../packages/server/test/start-pgbouncer.js";
import { startPostgres } from "../../packages/server/test/start-postgres.js";
import { runStoreContract } from "../../packages/server/testing/store-contract.js";

const poolers = [
  { name: "named", maxPreparedStatements: 200, prepare: true },
  { name: "unnamed", maxPreparedStatements: 0, prepare: false },
  { name: "unsupported", maxPreparedStatements: 0, prepare: true },
] as const;

describe.runIf(hasPgbouncer()).each(poolers)("PgBouncer, $name statements", ({ maxPreparedStatements, prepare }) => {
  const openPool = startPgbouncer(startPostgres(), { maxPreparedStatements });
  let pool: Promise<Pool> | null = null;
  runStoreContract("postgresStore", async (now) => {
    pool ??= openPool();
    await (await pool).query(deleteRows);
    return postgresStore({ client: await pool, now, prepare });
  });
});
