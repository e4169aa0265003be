import { sha256Hex } from "../../bytes/sha256-hex.js";
import { withSetupCode } from "../../ports/setup-error.js";
import { SchemaTooNew } from "../../ports/store/schema-too-new.js";
import type { SqlRow } from "../rows/sql-row.js";

/** One step of the schema. Immutable once released, including whitespace: add a new step for a change. */
export interface Migration {
  readonly id: number;
  readonly name: string;
  /** The oldest migration that a release must know to work on the result; its own id if older releases would break. */
  readonly needs: number;
  readonly statements: readonly string[];
}

/**
 * The id of a row of the table of migrations that marks an unfinished copy. Every release refuses such a database,
 * because the row needs a migration that none knows.
 */
export const unfinishedCopyId = 1_000_000;

/**
 * The first migration that a database lacks.
 *
 * @param applied rows of the table of migrations: `id`, `name`, `needs`, `hash`.
 * @throws {Error} if a newer release changed a part that this one relies on, or if an applied migration differs.
 */
export async function nextMigration(
  migrations: readonly Migration[],
  applied: readonly SqlRow[],
): Promise<Migration | undefined> {
  const newest = migrations.at(-1)?.id ?? 0;
  const needs = Math.max(...applied.map((row) => Number(row.needs)), 0);
  if (needs === unfinishedCopyId) {
    throw new SchemaTooNew("The database is an unfinished copy: finish it with `npx safelight copy`.");
  }
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
  throw withSetupCode(
    "schema_unreleased",
    new Error(
      `An unreleased version of @safelight/server created this database: its migration ${migration.id} (${migration.name}) differs. It cannot be upgraded: create a new database.`,
    ),
  );
}

export function isApplied(applied: readonly SqlRow[], id: number): boolean {
  return applied.some((row) => row.id === id);
}

/** @throws {Error} always: the database lacks a migration. */
export function refuseUnmigrated({ id, name }: Migration): never {
  throw withSetupCode("schema_pending", new Error(`The database lacks migration ${id} (${name}): call migrate().`));
}

export function missingParts(parts: string): Error {
  return withSetupCode(
    "schema_parts_missing",
    new Error(
      `Another tool removed parts of Safelight's schema: ${parts}. Restore a backup from before that. \`drizzle-kit push\` removes them unless its configuration sets \`tablesFilter: ["!safelight_*"]\`.`,
    ),
  );
}

export function hashOf({ statements }: Migration): Promise<string> {
  return sha256Hex(new TextEncoder().encode(JSON.stringify(statements)));
}
