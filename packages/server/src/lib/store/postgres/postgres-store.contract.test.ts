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

runStoreContract("postgresStore", async (now) => {
  pool ??= (await server()).openPool();
  await pool.query(deleteRows);
  return postgresStore({ client: pool, now, busyTimeoutMs: 60_000 });
});

// The same statements, in a Postgres that needs half as much time again.
if (isLongRun) {
  runStoreContract("postgresStore on PGlite", async (now) => {
    const { clear, client } = await inProcess();
    await clear();
    return postgresStore({ client, now });
  });
}
