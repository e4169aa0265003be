import { join } from "node:path";
import { and, eq, gte, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/libsql";
import { integer, SQLiteSyncDialect, sqliteTable, text } from "drizzle-orm/sqlite-core";
import Database from "libsql";
import { describe, expect, it, onTestFinished } from "vitest";
import { copyMigrated } from "../../../../testing/copy-migrated.js";
import { describeSameDatabase } from "../../../../testing/same-database.js";
import { Scenario } from "../../../../testing/store-contract/scenario.js";
import { tempFolder } from "../../../../testing/temp-folder.js";
import { libsqlStore } from "./libsql-store.js";

const wallets = sqliteTable("wallets", { id: text().primaryKey(), credits: integer().notNull() });
const accountId = sql.placeholder("accountId");
const credits = sql.placeholder("credits");

describeSameDatabase(async ({ now }) => {
  const path = join(await tempFolder("same-database"), "test.db");
  await copyMigrated(path);
  const host = new Database(path);
  onTestFinished(() => {
    host.close();
  });
  return {
    store: libsqlStore({ url: `file:${path}`, now }),
    exec: async (statement) => host.exec(statement),
    read: async (statement) => Number((host.prepare(statement).get() as { readonly n: number }).n),
    drizzle: {
      take: drizzle
        .mock()
        .update(wallets)
        .set({ credits: sql`${wallets.credits} - ${credits}` })
        .where(and(eq(wallets.id, accountId), gte(wallets.credits, credits))),
      give: new SQLiteSyncDialect().sqlToQuery(
        sql`UPDATE wallets SET credits = credits + ${credits} WHERE id = ${accountId} AND 'Ada''s' <> ${"Bob's"}`,
      ),
    },
  };
});

describe("a view with a trigger instead of a table", () => {
  it("refuses the submit and takes nothing, because the database does not count the row", async () => {
    const path = join(await tempFolder("host-view"), "test.db");
    await copyMigrated(path);
    const host = new Database(path);
    onTestFinished(() => {
      host.close();
    });
    host.exec(`CREATE TABLE purses (id TEXT PRIMARY KEY, credits INTEGER); INSERT INTO purses VALUES ('ada', 10);
      CREATE VIEW wallets AS SELECT * FROM purses;
      CREATE TRIGGER pay INSTEAD OF UPDATE ON wallets BEGIN UPDATE purses SET credits = new.credits WHERE id = new.id; END`);
    const store = libsqlStore({ url: `file:${path}` });
    const where = "WHERE id = :accountId";
    store.useHostBalances?.({
      take: `UPDATE wallets SET credits = credits - :credits ${where}`,
      give: `UPDATE wallets SET credits = credits + :credits ${where}`,
    });
    onTestFinished(() => store.close());
    const command = new Scenario(store).command({ ownerId: "ada", accountId: "ada", hold: "same_database" });
    await expect(store.submit(command)).rejects.toThrow("credits.take must change one row of a table");
    expect(host.prepare("SELECT credits FROM purses").get()).toMatchObject({ credits: 10 });
  });
});

describe("a store without the host's statements", () => {
  it("refuses a submit and a refund that need them", async () => {
    const path = join(await tempFolder("no-host"), "test.db");
    await copyMigrated(path);
    const store = libsqlStore({ url: `file:${path}` });
    onTestFinished(() => store.close());
    const scenario = new Scenario(store);
    await expect(scenario.submit({ hold: "same_database" })).rejects.toThrow("overflow");
    const id = await scenario.accepted();
    const host = new Database(path);
    host.exec(`UPDATE safelight_generations SET hold = '{"accountId":"ada","sameDatabase":1}'`);
    host.close();
    await expect(store.requestCancel({ ownerId: "ada", id })).rejects.toThrow("overflow");
  });
});
