import type { Pool } from "pg";
import { deleteRows } from "../../../../test/delete-rows.js";
import { isLongRun } from "../../../../test/long-run.js";
import { startPglite } from "../../../../test/start-pglite.js";
import { startPostgres } from "../../../../test/start-postgres.js";
import { runStoreContract } from "../../../../testing/store-contract.js";
import { postgresStore } from "./postgres-store.js";

const server = startPostgres();
const inProcess = startPglite();
let pool: Pool | null = null;

async function openMigrated(): Promise<Pool> {
  const client = (await server()).openPool({ plansOnce: true });
  await postgresStore({ client }).migrate();
  return client;
}

runStoreContract("postgresStore", async (now) => {
  pool ??= await openMigrated();
  await pool.query(deleteRows);
  const store = postgresStore({ client: pool, now, busyTimeoutMs: 60_000 });
  // The schema is migrated: the first migration of each test would only read it.
  let migrations = 0;
  const migrate = async (): Promise<void> => {
    migrations += 1;
    if (migrations > 1) await store.migrate();
  };
  return { ...store, migrate };
});

// The same statements, in a Postgres that needs half as much time again.
if (isLongRun) {
  runStoreContract("postgresStore on PGlite", async (now) => {
    const { clear, client } = await inProcess();
    await clear();
    return postgresStore({ client, now });
  });
}
