import { join } from "node:path";
import Database from "libsql";
import { describe, expect, it, onTestFinished } from "vitest";
import { copyMigrated } from "../../../../testing/copy-migrated.js";
import { describeSameDatabase } from "../../../../testing/same-database.js";
import { Scenario } from "../../../../testing/store-contract/scenario.js";
import { tempFolder } from "../../../../testing/temp-folder.js";
import { libsqlStore } from "./libsql-store.js";

describeSameDatabase(async ({ now }) => {
  const path = join(await tempFolder("same-database"), "test.db");
  await copyMigrated(path);
  const host = new Database(path);
  onTestFinished(() => {
    host.close();
  });
  return {
    store: libsqlStore({ url: `file:${path}`, now }),
    exec: async (sql) => host.exec(sql),
    read: async (sql) => Number((host.prepare(sql).get() as { readonly n: number }).n),
  };
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
