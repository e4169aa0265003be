import type { Executor } from "./executor.js";
import type { Migration } from "./migrations.js";
import { sqliteCode } from "./sqlite-error.js";

const createTable = `CREATE TABLE IF NOT EXISTS safelight_migrations (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  applied_at INTEGER NOT NULL
) STRICT`;

/**
 * Brings the schema up to date, one migration a transaction. Several processes may do it at once: the row that names
 * a migration comes first in its transaction, so that the second one is refused as a whole and reads again.
 *
 * @throws {Error} when the database was written by a newer release.
 */
export async function migrate(executor: Executor, migrations: readonly Migration[]): Promise<void> {
  for (;;) {
    const current = await currentMigration(executor);
    const newest = migrations.at(-1)?.id ?? 0;
    if (current > newest) {
      throw new Error(
        `The database is at migration ${current}, this release knows ${newest}: upgrade @safelight/server.`,
      );
    }
    const next = migrations.find(({ id }) => id > current);
    if (next === undefined) return;
    await apply(executor, next);
  }
}

async function currentMigration(executor: Executor): Promise<number> {
  const [tables] = await executor.read(
    ["SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'safelight_migrations'"],
    {},
  );
  if (tables?.length === 0) await executor.write({ statements: [createTable, "SELECT 1"], args: {} });
  const [rows] = await executor.read(["SELECT coalesce(max(id), 0) AS id FROM safelight_migrations"], {});
  return Number(rows?.[0]?.id ?? 0);
}

async function apply(executor: Executor, migration: Migration): Promise<void> {
  const record = `INSERT INTO safelight_migrations (id, name, applied_at)
    VALUES (${migration.id}, '${migration.name}', CAST(round(unixepoch('subsec') * 1000) AS INTEGER))`;
  try {
    await executor.write({ statements: [record, ...migration.statements, "SELECT 1"], args: {} });
  } catch (error) {
    // Another process was faster.
    if (!sqliteCode(error)?.startsWith("SQLITE_CONSTRAINT")) throw error;
  }
}
