import type { Executor } from "./executor.js";
import type { Migration } from "./migrations.js";
import { sqliteCode } from "./sqlite-error.js";

const createTable = `CREATE TABLE IF NOT EXISTS safelight_migrations (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  needs INTEGER NOT NULL,
  applied_at INTEGER NOT NULL
) STRICT`;

/**
 * Brings the schema up to date, one migration a transaction. Several processes may do it at once: the row that names
 * a migration comes first in its transaction, so that the second one is refused as a whole and reads again. A database
 * of a newer release is left as it is: old and new ones run side by side while a deployment rolls.
 *
 * @throws {Error} when a newer release changed what this one relies on.
 */
export async function migrate(executor: Executor, migrations: readonly Migration[]): Promise<void> {
  for (;;) {
    const { current, needs } = await readState(executor);
    const newest = migrations.at(-1)?.id ?? 0;
    if (needs > newest) {
      throw new Error(
        `The database needs migration ${needs}, this release knows ${newest}: upgrade @safelight/server.`,
      );
    }
    const next = migrations.find(({ id }) => id > current);
    if (next === undefined) return;
    await apply(executor, next);
  }
}

async function readState(executor: Executor): Promise<{ readonly current: number; readonly needs: number }> {
  const [tables] = await executor.read(
    ["SELECT 1 FROM sqlite_master WHERE name = 'safelight_migrations'"],
    {},
  );
  if (tables?.length === 0) await executor.write({ statements: [createTable, "SELECT 1"], args: {} });
  const state = "SELECT coalesce(max(id), 0) AS current, coalesce(max(needs), 0) AS needs FROM safelight_migrations";
  const [rows] = await executor.read([state], {});
  return { current: Number(rows?.[0]?.current), needs: Number(rows?.[0]?.needs) };
}

async function apply(executor: Executor, migration: Migration): Promise<void> {
  const record = `INSERT INTO safelight_migrations (id, name, needs, applied_at)
    VALUES (${migration.id}, '${migration.name}', ${migration.needs}, CAST(round(unixepoch('subsec') * 1000) AS INTEGER))`;
  try {
    await executor.write({ statements: [record, ...migration.statements, "SELECT 1"], args: {} });
  } catch (error) {
    // Another process was faster; or the migration itself does not fit the rows that are there.
    const isRefused = sqliteCode(error)?.startsWith("SQLITE_CONSTRAINT") ?? false;
    if (!isRefused || (await readState(executor)).current < migration.id) throw error;
  }
}
