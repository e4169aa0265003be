import type { Pool } from "pg";
import { movedTo } from "../copy/freeze-message.js";
import { partsOf } from "../schema/parts.js";
import { type InspectedDatabase, pendingMigrations, type SchemaReport } from "../schema/schema-report.js";
import { openPool } from "./client/open-pool.js";
import { readFreeze } from "./copy/read-freeze.js";
import { postgresStore } from "./postgres-store.js";
import { migrations } from "./schema/migrations.js";
import { describeMissing } from "./schema/missing-parts.js";
import { readMigrations } from "./schema/read-migrations.js";
import { type Names, withNames, withStatementNames } from "./text/names.js";

const readRelations = `SELECT c.relname AS name FROM pg_catalog.pg_class c
  WHERE c.relnamespace = to_regnamespace($1) AND starts_with(c.relname, $2) AND c.relkind IN ('r', 'p', 'i', 'I')`;

/**
 * Opens a Postgres database and compares its schema with this release's. Creates and upgrades nothing.
 *
 * @throws {TypeError} for an invalid URL, schema or prefix.
 * @throws {Error} if `pg` is not installed, the database cannot be reached, or this release cannot work on its schema.
 */
export async function inspectPostgres(options: {
  readonly url: string;
  readonly names: Names;
}): Promise<InspectedDatabase> {
  const { names, url } = options;
  const { label, pool } = await openPool(url, names);
  const store = postgresStore({ client: pool, ...names, identity: label });
  const close = () => store.close().finally(() => pool.end());
  try {
    return { store: { ...store, close }, label, ...(await readReport(pool, names)) };
  } catch (error) {
    await close();
    throw error;
  }
}

async function readReport(pool: Pool, names: Names): Promise<SchemaReport> {
  const applied = await readMigrations(pool, names);
  const toPending = (pending: typeof migrations) =>
    pending.map(({ id, name, statements }) => ({
      id,
      name,
      statements: statements.map((text) => withStatementNames(text, names)),
    }));
  const found = await pool.query(readRelations, [`"${names.schema}"`, names.prefix]);
  const relations = new Set(found.rows.map(({ name }) => String(name).slice(names.prefix.length)));
  if (applied === null) {
    const hasParts = [...partsOf(migrations).keys()].some((name) => relations.has(name));
    const missing = hasParts ? `table ${names.prefix}migrations` : null;
    return { hasTables: false, pending: toPending(migrations), missing, movedTo: null };
  }
  const pending = await pendingMigrations(migrations, applied);
  const missing = describeMissing({ migrations, applied, relations, prefix: names.prefix });
  const [setting] = relations.has("settings") ? (await pool.query(withNames(readFreeze, names))).rows : [];
  return { hasTables: true, pending: toPending(pending), missing, movedTo: movedTo(setting?.value) };
}
