import type { SqlRow } from "../../rows/sql-row.js";
import { hashOf, type Migration, missingParts, nextMigration, refuseUnmigrated } from "../../schema/next-migration.js";
import { partsOf } from "../../schema/parts.js";
import type { CallExecutor } from "../executor/call-executor.js";
import { type PgFunction, withUsed } from "../text/define-function.js";
import { type Names, withNames, withStatementNames } from "../text/names.js";
import { functionSet, isRecorded, recordSet } from "./function-sets.js";
import { describeMissing } from "./missing-parts.js";
import { refuseSettings } from "./refuse-settings.js";

/** A database, and what this release needs in it. */
export interface Schema {
  readonly executor: CallExecutor;
  readonly names: Names;
  readonly migrations: readonly Migration[];
  readonly functions: readonly PgFunction[];
}

/** In milliseconds. Another process may hold the lock for its own migration. */
const maxMigrationMs = 60_000;

// Not after a check: a session that has looked for the table before keeps finding none while another one creates it.
const createTable = `CREATE TABLE IF NOT EXISTS @migrations (
  id bigint PRIMARY KEY,
  name text NOT NULL,
  needs bigint NOT NULL,
  hash text NOT NULL,
  applied_at bigint NOT NULL
)`;

/**
 * Migrates the schema, one statement and so one transaction per migration, each under a lock of the schema. Then creates
 * the missing functions of this release, and drops those that no release has used for a week. Leaves a database of a
 * newer release unchanged: old and new releases run side by side during a rolling deployment.
 *
 * @throws {Error} if a newer release changed a part that this one relies on. Also if an applied migration differs from
 *   this release's, or if a part of the schema is missing.
 */
export async function migrate(schema: Schema): Promise<void> {
  const { migrations, names } = schema;
  const first = await readState(schema);
  if (first.applied === null) {
    if (first.relations.size > 0 && !first.relations.has("migrations"))
      throw missingParts("table safelight_migrations");
    // Another prefix of the schema has another lock, and may create the schema at the same time.
    const createSchema = `IF to_regnamespace('"${names.schema}"') IS NULL THEN
      BEGIN CREATE SCHEMA "${names.schema}"; EXCEPTION WHEN duplicate_schema OR unique_violation THEN END; END IF`;
    await run(schema, [createSchema, createTable]);
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

/** The row that `readParts` selects. */
interface FoundSchema {
  readonly encoding: string;
  readonly isolation: string;
  readonly relations: readonly string[];
  readonly functions: readonly string[];
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

/** The parts are read last: a migration that commits between the reads has created no fewer parts than those applied. */
async function readState(schema: Schema): Promise<SchemaState> {
  const applied = await readApplied(schema);
  const parts = await readParts(schema);
  const hasRecord = parts.relations.has("function_sets");
  return { applied, ...parts, isRecorded: hasRecord && (await readIsRecorded(schema)) };
}

async function readApplied({ executor, names }: Schema): Promise<readonly SqlRow[] | null> {
  const find = `SELECT to_json(to_regclass('@migrations') IS NOT NULL)::text AS j`;
  const exists = await executor.call({ name: "find_migrations", text: withNames(find, names), values: [] });
  if (exists !== true) return null;
  const select = "SELECT coalesce(json_agg(m ORDER BY m.id), '[]'::json)::text AS j FROM @migrations m";
  // The cast is safe: the rows of the table above.
  return (await executor.call({ name: "read_migrations", text: withNames(select, names), values: [] })) as SqlRow[];
}

async function readParts({
  executor,
  functions,
  migrations,
  names,
}: Schema): Promise<Omit<SchemaState, "applied" | "isRecorded">> {
  const text = `SELECT json_build_object(
    'encoding', current_setting('server_encoding'),
    'isolation', current_setting('transaction_isolation'),
    'relations', (SELECT coalesce(json_agg(c.relname), '[]'::json) FROM pg_catalog.pg_class c
      WHERE c.relnamespace = to_regnamespace($1::text) AND starts_with(c.relname, $2::text) AND c.relkind IN ('r', 'p', 'i', 'I')),
    'functions', (SELECT coalesce(json_agg(p.proname), '[]'::json) FROM pg_catalog.pg_proc p
      WHERE p.pronamespace = to_regnamespace($1::text) AND starts_with(p.proname, $2::text))
  )::text AS j`;
  const values = [`"${names.schema}"`, names.prefix];
  // The cast is safe: the statement builds this object.
  const found = (await executor.call({ name: "read_schema", text, values })) as FoundSchema;
  refuseSettings(found);
  const withoutPrefix = (name: string) => name.slice(names.prefix.length);
  // Other tables may begin with the prefix, such as those of a longer prefix.
  const parts = partsOf(migrations);
  const relations = found.relations.map(withoutPrefix).filter((name) => name === "migrations" || parts.has(name));
  const present = new Set(found.functions.map(withoutPrefix));
  return {
    relations: new Set(relations),
    missingFunctions: withUsed(functions).filter(({ name }) => !present.has(name)),
  };
}

async function readIsRecorded(schema: Schema): Promise<boolean> {
  const text = withNames(isRecorded(functionSet(schema)), schema.names);
  return (await schema.executor.call({ name: "read_function_set", text, values: [] })) === true;
}

function refuseMissing({ migrations, names }: Schema, { applied, relations }: SchemaState): void {
  const missing = describeMissing({ migrations, applied: applied ?? [], relations, prefix: names.prefix });
  if (missing !== null) throw missingParts(missing);
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
  const texts = [lock, ...statements].map((text) => withStatementNames(text, names));
  const text = `DO $migrate$ BEGIN\n${texts.join(";\n")};\nEND $migrate$`;
  await executor.call({ name: "migrate", text, values: [], busyTimeoutMs: maxMigrationMs });
}
