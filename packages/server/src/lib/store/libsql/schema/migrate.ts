import {
  hashOf,
  isApplied,
  type Migration,
  missingParts,
  nextMigration,
  refuseUnmigrated,
} from "../../schema/next-migration.js";
import type { Executor } from "../executor/executor.js";
import { sqliteCode } from "../executor/sqlite-error.js";
import { describeMissing, hasAnyTable, readSchema } from "./missing-schema.js";

const createTable = `CREATE TABLE IF NOT EXISTS safelight_migrations (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  needs INTEGER NOT NULL,
  hash TEXT NOT NULL,
  applied_at INTEGER NOT NULL
) STRICT`;

/** Selects all columns, because the table of a pre-release version had no hash. */
export const readApplied = "SELECT * FROM safelight_migrations ORDER BY id";

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
  refuseUnmigrated(next);
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

async function findNext(executor: Executor, migrations: readonly Migration[]): Promise<Migration | undefined> {
  const [applied = []] = await executor.read([readApplied], {});
  return nextMigration(migrations, applied);
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
