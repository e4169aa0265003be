import { sha256Hex } from "../../../bytes/sha256-hex.js";
import { SchemaTooNew } from "../../../ports/store/schema-too-new.js";
import type { Executor, SqlRow } from "../executor/executor.js";
import { sqliteCode } from "../executor/sqlite-error.js";
import type { Migration } from "./migrations.js";
import { describeMissing, hasAnyTable, readSchema } from "./missing-schema.js";

const createTable = `CREATE TABLE IF NOT EXISTS safelight_migrations (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  needs INTEGER NOT NULL,
  hash TEXT NOT NULL,
  applied_at INTEGER NOT NULL
) STRICT`;

/** Selects all columns, because the table of a pre-release version had no hash. */
const readApplied = "SELECT * FROM safelight_migrations ORDER BY id";

/**
 * Migrates the schema, one transaction per migration. Several processes may call it concurrently. The record of a
 * migration is the first statement of its transaction, so the whole transaction of a second process fails, and it reads
 * again. Leaves a database of a newer release unchanged: old and new releases run side by side during a rolling
 * deployment.
 *
 * @throws {Error} if a newer release changed a part that this one relies on. Also if an applied migration differs from
 *   this release's, or if a part of the schema is missing.
 */
export async function migrate(executor: Executor, migrations: readonly Migration[]): Promise<void> {
  const [schema = []] = await executor.read([readSchema], {});
  if (!schema.some(({ name }) => name === "safelight_migrations")) {
    // Created before all other tables, in its own commit.
    if (hasAnyTable(migrations, schema)) throw missingParts("table safelight_migrations");
    await executor.write({ statements: [createTable, "SELECT 1"], args: {} });
  }
  // Check before the migrations that build on it.
  await refuseMissing(executor, migrations);
  for (;;) {
    const next = await findNext(executor, migrations);
    if (next === undefined) return;
    await apply(executor, { migration: next, migrations });
  }
}

/** @throws {Error} if this release cannot work on the schema. */
export async function checkSchema(executor: Executor, migrations: readonly Migration[]): Promise<void> {
  const next = await findNext(executor, migrations);
  if (next === undefined) return refuseMissing(executor, migrations);
  throw new Error(`The database lacks migration ${next.id} (${next.name}): call migrate().`);
}

/** Checks only a database of this release: a newer release may have dropped parts that it no longer needs. */
async function refuseMissing(executor: Executor, migrations: readonly Migration[]): Promise<void> {
  const [applied = [], schema = []] = await executor.read([readApplied, readSchema], {});
  if (applied.length > migrations.length) return;
  const missing = describeMissing(
    migrations.filter(({ id }) => isApplied(applied, id)),
    schema,
  );
  if (missing !== null) throw missingParts(missing);
}

function missingParts(parts: string): Error {
  return new Error(
    `Another tool removed parts of Safelight's schema: ${parts}. Restore a backup from before that. \`drizzle-kit push\` removes them unless its configuration sets \`tablesFilter: ["!safelight_*"]\`.`,
  );
}

async function findNext(executor: Executor, migrations: readonly Migration[]): Promise<Migration | undefined> {
  const [applied = []] = await executor.read([readApplied], {});
  const newest = migrations.at(-1)?.id ?? 0;
  const needs = Math.max(...applied.map((row) => Number(row.needs)), 0);
  if (needs > newest) {
    const name = applied.find(({ id }) => id === needs)?.name;
    const needed = name === undefined ? needs : `${needs} (${name})`;
    throw new SchemaTooNew(
      `The database needs migration ${needed}, this release knows ${newest}: upgrade @safelight/server.`,
    );
  }
  for (const migration of migrations) await refuseChanged(migration, applied);
  return migrations.find(({ id }) => !isApplied(applied, id));
}

async function refuseChanged(migration: Migration, applied: readonly SqlRow[]): Promise<void> {
  const row = applied.find(({ id }) => id === migration.id);
  if (row === undefined || row.hash === (await hashOf(migration))) return;
  throw new Error(
    `An unreleased version of @safelight/server created this database: its migration ${migration.id} (${migration.name}) differs. It cannot be upgraded: create a new database.`,
  );
}

async function apply(
  executor: Executor,
  { migration, migrations }: { readonly migration: Migration; readonly migrations: readonly Migration[] },
): Promise<void> {
  const { id, name, needs } = migration;
  const record = `INSERT INTO safelight_migrations (id, name, needs, hash, applied_at)
    VALUES (${id}, '${name}', ${needs}, '${await hashOf(migration)}', CAST(round(unixepoch('subsec') * 1000) AS INTEGER))`;
  try {
    await executor.write({ statements: [record, ...migration.statements, "SELECT 1"], args: {} });
  } catch (error) {
    // Either another process was faster, or the existing rows violate the migration.
    const isRefused = sqliteCode(error)?.startsWith("SQLITE_CONSTRAINT") ?? false;
    if (!isRefused || (await findNext(executor, migrations))?.id === id) throw error;
  }
}

function isApplied(applied: readonly SqlRow[], id: number): boolean {
  return applied.some((row) => row.id === id);
}

function hashOf({ statements }: Migration): Promise<string> {
  return sha256Hex(new TextEncoder().encode(JSON.stringify(statements)));
}
