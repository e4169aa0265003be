import type { Pool } from "pg";
import { describe } from "vitest";
import { type PostgresClient, postgresStore } from "../../packages/server/src/postgres.js";
import { deleteRows } from "../../packages/server/test/delete-rows.js";
import { namedStatements } from "../../packages/server/test/named-statements.js";
import { hasPgbouncer, startPgbouncer } from "../../packages/server/test/start-pgbouncer.js";
import { startPostgres } from "../../packages/server/test/start-postgres.js";
import { runStoreContract } from "../../packages/server/testing/store-contract.js";

const clients: Readonly<Record<string, (pool: Pool) => PostgresClient>> = {
  unnamed: (pool) => pool,
  named: namedStatements,
};

describe.runIf(hasPgbouncer()).each(Object.entries(clients))("PgBouncer, %s statements", (_, clientOf) => {
  const openPool = startPgbouncer(startPostgres());
  let pool: Promise<Pool> | null = null;
  runStoreContract("postgresStore", async (now) => {
    pool ??= openPool();
    await (await pool).query(deleteRows);
    return postgresStore({ client: clientOf(await pool), now });
  });
});
