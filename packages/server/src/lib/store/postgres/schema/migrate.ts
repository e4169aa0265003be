import type { SqlRow } from "../../rows/sql-row.js";
import {
  hashOf,
  isApplied,
  type Migration,
  missingParts,
  nextMigration,
  refuseUnmigrated,
} from "../../schema/next-migration.js";
import { partsOf } from "../../schema/parts.js";
import type { CallExecutor } from "../executor/call-executor.js";
import { type PgFunction, withUsed } from "../text/define-function.js";
import { type Names, withNames } from "../text/names.js";
import { functionSet, isRecorded, recordSet } from "./function-sets.js";

/** A database, and what this release needs in it. */
export interface Schema {
  readonly executor: CallExecutor;
  readonly names: Names;
  readonly migrations: readonly Migration[];
  readonly functions: readonly PgFunction[];
}

/** In milliseconds. Another process may hold the lock for its own migration. */
const maxMigrationMs = 60_000;

const createTable = `CREATE TABLE @migrations (
  id bigint PRIMARY KEY,
  name text NOT NULL,
  needs bigint NOT NULL,
  hash text NOT NULL,
  applied_at bigint NOT NULL
)`;

/**
 * Migrates the schema, one statement and so one transaction per migration, each under a lock of the schema. Then creates
 * the missing functions of this release, and drops those that releases have not used for a week. Leaves a database of a newer release unchanged: old and new releases
 * run side by side during a rolling deployment.
 *
 * @throws {Error} if a newer release changed a part that this one relies on. Also if an applied migration differs from
 *   this release's, or if a part of the schema is missing.
 */
export async function migrate(schema: Schema): Promise<void> {
  const { migrations, names } = schema;
  const first = await readState(schema);
  if (first.applied === null) {
    if (first.relations.size > 0) throw missingParts("table safelight_migrations");
    const createSchema = `IF to_regnamespace('"${names.schema}"') IS NULL THEN CREATE SCHEMA "${names.schema}"; END IF`;
    const createOnce = `IF to_regclass('@migrations') IS NULL THEN ${createTable}; END IF`;
    await run(schema, [createSchema, createOnce]);
  }
  for (;;) {
    const state = await readState(schema);
    refuseMissing(schema, state);
    const next = await nextMigration(migrations, state.applied ?? []);
    if (next === undefined) return provideFunctions(schema, state);
    await apply(schema, next);
  }
}

/**
 * Creates the missing functions of this release: a newer release may have dropped them.
 *
 * @throws {Error} if this release cannot work on the schema.
 */
export async function checkSchema(schema: Schema): Promise<void> {
  const state = await readState(schema);
  const next = await nextMigration(schema.migrations, state.applied ?? []);
  if (next !== undefined) refuseUnmigrated(next);
  refuseMissing(schema, state);
  await provideFunctions(schema, state);
}

interface SchemaState {
  /** Names of tables and indexes, without the prefix. */
  readonly relations: ReadonlySet<string>;
  /** The applied migrations; `null` without their table. */
  readonly applied: readonly SqlRow[] | null;
  readonly missingFunctions: readonly PgFunction[];
  /** Whether the database has the functions of this release on record, as used within a day. */
  readonly isRecorded: boolean;
}

async function readState(schema: Schema): Promise<SchemaState> {
  const { executor, functions, names } = schema;
  const text = `SELECT json_build_object(
    'relations', (SELECT coalesce(json_agg(c.relname), '[]'::json) FROM pg_catalog.pg_class c
      WHERE c.relnamespace = to_regnamespace($1::text) AND starts_with(c.relname, $2::text) AND c.relkind IN ('r', 'p', 'i', 'I')),
    'functions', (SELECT coalesce(json_agg(p.proname), '[]'::json) FROM pg_catalog.pg_proc p
      WHERE p.pronamespace = to_regnamespace($1::text) AND starts_with(p.proname, $2::text))
  ) AS j`;
  const values = [`"${names.schema}"`, names.prefix];
  // The cast is safe: the statement builds this object.
  const found = (await executor.call({ name: "read_schema", text, values })) as Record<
    "relations" | "functions",
    string[]
  >;
  const withoutPrefix = (name: string) => name.slice(names.prefix.length);
  const relations = new Set(found.relations.map(withoutPrefix));
  const present = new Set(found.functions.map(withoutPrefix));
  const missingFunctions = withUsed(functions).filter(({ name }) => !present.has(name));
  if (!relations.has("migrations")) return { relations, applied: null, missingFunctions, isRecorded: false };
  const read = async (name: string, select: string) =>
    executor.call({ name, text: withNames(select, names), values: [] });
  const select = "SELECT coalesce(json_agg(m ORDER BY m.id), '[]'::json) AS j FROM @migrations m";
  // The cast is safe: the rows of the table above.
  const applied = (await read("read_migrations", select)) as readonly SqlRow[];
  const recorded = relations.has("function_sets") && (await read("read_function_set", isRecorded(functionSet(schema))));
  return { relations, applied, missingFunctions, isRecorded: recorded === true };
}

/** Checks only a database of this release: a newer release may have dropped parts that it no longer needs. */
function refuseMissing({ migrations, names }: Schema, { applied, relations }: SchemaState): void {
  const done = applied ?? [];
  if (done.length > migrations.length) return;
  const parts = partsOf(migrations.filter(({ id }) => isApplied(done, id)));
  const missing = [...parts].filter(([name]) => !relations.has(name));
  if (missing.length === 0) return;
  throw missingParts(missing.map(([name, kind]) => `${kind.toLowerCase()} ${names.prefix}${name}`).join(", "));
}

async function apply(schema: Schema, migration: Migration): Promise<void> {
  const { id, name, needs, statements } = migration;
  const record = `INSERT INTO @migrations (id, name, needs, hash, applied_at)
    VALUES (${id}, '${name}', ${needs}, '${await hashOf(migration)}', extract(epoch FROM clock_timestamp()) * 1000)`;
  await run(schema, [
    `IF EXISTS (SELECT 1 FROM @migrations WHERE id = ${id}) THEN RETURN; END IF`,
    record,
    ...statements,
  ]);
}

async function provideFunctions(schema: Schema, { isRecorded, missingFunctions }: SchemaState): Promise<void> {
  if (isRecorded && missingFunctions.length === 0) return;
  const creates = missingFunctions.map(({ create }) => create(schema.names));
  await run(schema, [...creates, ...recordSet(functionSet(schema), schema.names)]);
}

/** Runs statements in one transaction under the lock of the schema: one statement, since the client may be a pool. */
async function run({ executor, names }: Schema, statements: readonly string[]): Promise<void> {
  const lock = `PERFORM pg_advisory_xact_lock(hashtextextended('safelight schema ${names.schema}.${names.prefix}', 0))`;
  // `CREATE INDEX` takes the name without the schema, which is that of its table.
  const texts = [lock, ...statements].map((text) =>
    withNames(text.replace(/^(CREATE (?:UNIQUE )?INDEX) @(\w+)/, `$1 "${names.prefix}$2"`), names),
  );
  const text = `DO $migrate$ BEGIN\n${texts.join(";\n")};\nEND $migrate$`;
  await executor.call({ name: "migrate", text, values: [], busyTimeoutMs: maxMigrationMs });
}
