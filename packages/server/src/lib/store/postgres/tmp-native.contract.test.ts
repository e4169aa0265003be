import type { Pool } from "pg";
import { startPostgres } from "../../../../test/start-postgres.js";
import { runStoreContract } from "../../../../testing/store-contract.js";
import { postgresStore } from "./postgres-store.js";

const server = startPostgres();
let pool: Pool | null = null;

runStoreContract("postgresStore", async (now) => {
  pool ??= (await server()).openPool({ max: 4 });
  const { rows } = await pool.query<{ name: string }>(
    `SELECT tablename AS name FROM pg_tables WHERE tablename LIKE 'safelight\\_%' AND tablename <> 'safelight_migrations'`,
  );
  const initial = "WHERE name NOT IN ('entry_key', 'timeline')";
  await pool.query(
    rows.map(({ name }) => `DELETE FROM ${name} ${name === "safelight_settings" ? initial : ""}`).join(";"),
  );
  return postgresStore({ client: pool, now, busyTimeoutMs: 60_000 });
});
