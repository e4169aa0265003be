import { join } from "node:path";
import { createClient } from "@libsql/client";
import { eq, getTableColumns, getTableName, is, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/libsql";
import { SQLiteTable } from "drizzle-orm/sqlite-core";
import Database from "libsql";
import { expect, it } from "vitest";
import { Scenario } from "../../../../../testing/store-contract/scenario.js";
import { tempFolder } from "../../../../../testing/temp-folder.js";
import { libsqlStore } from "../libsql-store.js";
import * as schema from "./schema.js";

const tables = Object.values(schema).filter((value) => is(value, SQLiteTable));

it("describes the columns that the migrations create", async () => {
  const path = join(await tempFolder("schema"), "test.db");
  const store = libsqlStore({ url: `file:${path}` });
  await store.migrate();
  await store.close();
  const database = new Database(path);
  expect(tables).toHaveLength(8);
  for (const table of tables) {
    const created = database
      .prepare(`SELECT name, type, "notnull" OR pk AS required FROM pragma_table_info('${getTableName(table)}')`)
      .all();
    const described = Object.values(getTableColumns(table)).map((column) => ({
      name: column.name,
      type: column.getSQLType().toUpperCase(),
      required: column.notNull || column.primary ? 1 : 0,
    }));
    expect(described, getTableName(table)).toEqual(created);
  }
  database.close();
});

it("lets a host join its own tables", async () => {
  const path = join(await tempFolder("schema"), "test.db");
  const store = libsqlStore({ url: `file:${path}` });
  await store.migrate();
  await new Scenario(store).accepted({ ownerId: "ada" });
  await store.close();
  const client = createClient({ url: `file:${path}` });
  const database = drizzle({ client });
  await database.run(sql`CREATE TABLE users (id TEXT PRIMARY KEY, name TEXT)`);
  await database.run(sql`INSERT INTO users VALUES ('ada', 'Ada Lovelace')`);
  const rows = await database
    .select({ model: schema.generations.model, balance: schema.accounts.balance })
    .from(schema.generations)
    .innerJoin(schema.accounts, eq(schema.accounts.id, schema.generations.accountId))
    .innerJoin(sql`users`, eq(sql`users.id`, schema.generations.ownerId));
  expect(rows).toEqual([{ model: "demo", balance: 96 }]);
  client.close();
});
