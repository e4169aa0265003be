import { setTimeout } from "node:timers/promises";
import type { PoolClient } from "pg";
import type { CopiedDatabase } from "../../copy/copied-database.js";
import { copiedTables } from "../../copy/copied-tables.js";
import { schemaState } from "../../copy/schema-state.js";
import { openPool } from "../client/open-pool.js";
import { postgresStore } from "../postgres-store.js";
import { migrations } from "../schema/migrations.js";
import { readMigrations } from "../schema/read-migrations.js";
import type { Names } from "../text/names.js";
import { CopiedPostgresPool } from "./copied-postgres-pool.js";
import { postgresFreeze } from "./postgres-freeze.js";
import { postgresMark } from "./postgres-mark.js";
import { postgresPages } from "./postgres-pages.js";

/** In milliseconds. */
const closeTimeoutMs = 3_000;

/**
 * Opens a Postgres database for the copy. Creates nothing before `migrate`.
 *
 * @throws {TypeError} for an invalid URL, schema or prefix.
 * @throws {Error} if `pg` is not installed, or the database cannot be reached.
 */
export async function openCopiedPostgres(url: string, names: Names): Promise<CopiedDatabase> {
  const { label, pool } = await openPool(url, names);
  const database = new CopiedPostgresPool(label, { pool, names });
  const store = postgresStore({ client: pool, ...names, busyTimeoutMs: 60_000 });
  // Not retried once `close` has ended its connection.
  const auditStore = postgresStore({ client: pool, ...names, busyTimeoutMs: 1 });
  const inUse = new Set<PoolClient>();
  pool.on("acquire", (client) => inUse.add(client));
  pool.on("release", (_, client) => inUse.delete(client));
  return {
    label,
    pages: postgresPages(database),
    mark: postgresMark(database),
    freeze: postgresFreeze(database),
    async readSchema() {
      const applied = await readMigrations(pool, names);
      return applied && schemaState(applied, migrations);
    },
    migrate: () => store.migrate(),
    readTimeline: async () => (await store.sequencesOf([])).timeline,
    async startTimeline() {
      await store.startTimeline();
    },
    async sumCredits() {
      const [row] = await database.query(
        `SELECT (SELECT coalesce(sum(balance), 0)::text FROM @accounts) AS balances,
           (SELECT coalesce(sum(amount), 0)::text FROM @ledger_entries) AS entries`,
      );
      return { balances: String(row?.balances), entries: String(row?.entries) };
    },
    async analyze() {
      for (const { name } of copiedTables) await database.query(`ANALYZE @${name}`);
    },
    audit: () => auditStore.audit(),
    reopen: () => openCopiedPostgres(url, names),
    // Closes connections in use, too: an audit that was interrupted may run for minutes.
    async close() {
      const isEnded = pool.end();
      pool.on("acquire", (client) => void client.end());
      for (const client of inUse) void client.end();
      const closed = Promise.all([isEnded, store.close(), auditStore.close()]);
      // A server that has fallen silent never confirms the end of its connection.
      const limit = new AbortController();
      const waited = setTimeout(closeTimeoutMs, undefined, { signal: limit.signal }).catch(() => {});
      await Promise.race([closed, waited]).finally(() => limit.abort());
    },
  };
}
