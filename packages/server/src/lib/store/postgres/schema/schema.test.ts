import { eq, getTableColumns, type SQL, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";
import { getTableConfig, PgDialect, type PgTable } from "drizzle-orm/pg-core";
import type { Pool } from "pg";
import { beforeAll, describe, expect, expectTypeOf, it } from "vitest";
import { startPostgres } from "../../../../../test/start-postgres.js";
import { Scenario } from "../../../../../testing/store-contract/scenario.js";
import * as libsqlTables from "../../../../schema.js";
import { postgresStore } from "../postgres-store.js";
import { defineTables } from "./schema.js";

const server = startPostgres();

describe("defineTables", () => {
  let pool: Pool;
  beforeAll(async () => {
    pool = (await server()).openPool();
    await postgresStore({ client: pool, schema: "migrated", prefix: "media_" }).migrate();
    await pool.query("CREATE SCHEMA described");
    for (const table of Object.values(defineTables({ schema: "described", prefix: "media_" })))
      for (const statement of statementsOf(table)) await pool.query(statement);
  });

  it.each(Object.keys(defineTables()))(
    "describes the columns, keys and indexes that the migrations create: %s",
    async (key) => {
      const name = key === "ledgerEntries" ? "media_ledger_entries" : `media_${key}`;
      const migrated = await partsOf(pool, { schema: "migrated", name });
      expect(migrated.columns.length).toBeGreaterThan(5);
      expect(migrated.indexes.length).toBeGreaterThan(0);
      expect(await partsOf(pool, { schema: "described", name })).toEqual(migrated);
    },
  );

  it("names tables and columns as the tables for libSQL, and adds the role of a ledger entry", () => {
    const tables = defineTables();
    const fieldsOf = (table: Parameters<typeof getTableColumns>[0]) => Object.keys(getTableColumns(table));
    const fields = Object.fromEntries(Object.entries(tables).map(([key, table]) => [key, fieldsOf(table)]));
    expect(fields).toEqual(
      Object.fromEntries(
        Object.entries(libsqlTables).map(([key, table]) => [
          key,
          fieldsOf(table).flatMap((field) => (key === "ledgerEntries" && field === "kind" ? [field, "role"] : [field])),
        ]),
      ),
    );
  });

  it.each([{}, { schema: "studio" }, { schema: "studio", prefix: "other_" }])(
    "lets a host join its own tables: %j",
    async (names) => {
      const store = postgresStore({ client: pool, ...names });
      await store.migrate();
      await new Scenario(store).accepted({ ownerId: "ada" });
      await pool.query("CREATE TABLE IF NOT EXISTS users (id text PRIMARY KEY)");
      await pool.query("INSERT INTO users VALUES ('ada') ON CONFLICT DO NOTHING");
      const { accounts, generations } = defineTables(names);
      const rows = await drizzle(pool)
        .select({ model: generations.model, balance: accounts.balance })
        .from(generations)
        .innerJoin(accounts, eq(accounts.id, generations.accountId))
        .innerJoin(sql`users`, eq(sql`users.id`, generations.ownerId));
      expect(rows).toEqual([{ model: "demo", balance: 96 }]);
      expectTypeOf(rows).toEqualTypeOf<{ model: string; balance: number }[]>();
    },
  );

  it("types the rows of a join by the names of the tables", () => {
    const { accounts, generations } = defineTables();
    const join = drizzle(pool).select().from(generations).leftJoin(accounts, eq(accounts.id, generations.accountId));
    type Row = Awaited<typeof join>[number];
    expectTypeOf<Row>().toHaveProperty("safelight_generations");
    expectTypeOf<Row["safelight_accounts"]>().toBeNullable();
    expectTypeOf<Row["safelight_generations"]["finishedAt"]>().toEqualTypeOf<number | null>();
  });
});

/** Columns and indexes of a table, as Postgres itself prints them. The indexes include those of keys. */
async function partsOf(pool: Pool, { schema, name }: { readonly schema: string; readonly name: string }) {
  const columns = await pool.query(
    `SELECT column_name, data_type, is_nullable, column_default, is_identity, identity_generation, is_generated,
       generation_expression
     FROM information_schema.columns WHERE table_schema = $1 AND table_name = $2 ORDER BY ordinal_position`,
    [schema, name],
  );
  // A key of a table is a constraint, and a unique index of the same columns is none.
  const indexes = await pool.query(
    `SELECT c.relname AS name, k.contype AS key, pg_get_indexdef(c.oid) AS definition
     FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid LEFT JOIN pg_constraint k ON k.conindid = c.oid
     WHERE i.indrelid = format('%I.%I', $1::text, $2::text)::regclass ORDER BY c.relname`,
    [schema, name],
  );
  const withoutSchema = (text: string) => text.replaceAll(`${schema}.`, "");
  return {
    columns: columns.rows,
    indexes: indexes.rows.map((row) => ({ ...row, definition: withoutSchema(row.definition) })),
  };
}

/** The statements that create a described table: Postgres then prints its parts as it does those of the migrations. */
function statementsOf(table: PgTable): readonly string[] {
  const { columns, indexes, name, primaryKeys, schema, uniqueConstraints } = getTableConfig(table);
  const quoted = (names: readonly { readonly name?: string }[]) => names.map((each) => `"${each.name}"`).join(", ");
  const keys = [
    ...primaryKeys.map((key) => `CONSTRAINT "${key.getName()}" PRIMARY KEY (${quoted(key.columns)})`),
    ...uniqueConstraints.map((key) => `CONSTRAINT "${key.getName()}" UNIQUE (${quoted(key.columns)})`),
  ];
  return [
    `CREATE TABLE "${schema}"."${name}" (${[...columns.map(columnText), ...keys].join(", ")})`,
    ...indexes.map(({ config }) => {
      const where = config.where === undefined ? "" : ` WHERE ${textOf(config.where)}`;
      // Each index of this schema is on columns, which have a name.
      const indexed = quoted(config.columns as readonly { readonly name: string }[]);
      return `CREATE ${config.unique ? "UNIQUE " : ""}INDEX "${config.name}" ON "${schema}"."${name}" (${indexed})${where}`;
    }),
  ];
}

const identityTexts = { always: "ALWAYS", byDefault: "BY DEFAULT" };

function columnText(column: ReturnType<typeof getTableConfig>["columns"][number]): string {
  const { default: value, generated, generatedIdentity, isUnique, name, notNull, primary, uniqueName } = column;
  return [
    `"${name}" ${column.getSQLType()}`,
    // Its type allows a function, too, which no column here has.
    generated === undefined ? "" : `GENERATED ALWAYS AS (${textOf(generated.as as SQL)}) STORED`,
    generatedIdentity === undefined ? "" : `GENERATED ${identityTexts[generatedIdentity.type]} AS IDENTITY`,
    value === undefined ? "" : `DEFAULT ${value}`,
    notNull ? "NOT NULL" : "",
    primary ? "PRIMARY KEY" : "",
    isUnique ? `CONSTRAINT "${uniqueName}" UNIQUE` : "",
  ].join(" ");
}

/** Without the schema and the table of its columns, which an index names by themselves. */
function textOf(text: SQL): string {
  return new PgDialect().sqlToQuery(text.inlineParams()).sql.replaceAll(/"\w+"\.(?:"\w+"\.)?(?="\w+")/g, "");
}
