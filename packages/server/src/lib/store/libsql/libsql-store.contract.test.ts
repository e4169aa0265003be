import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { copyMigrated } from "../../../../testing/copy-migrated.js";
import { runStoreContract } from "../../../../testing/store-contract.js";
import { tempFolder } from "../../../../testing/temp-folder.js";
import { libsqlStore } from "./libsql-store.js";

runStoreContract("libsqlStore", async (now) => {
  const path = join(await tempFolder("store"), "test.db");
  await copyMigrated(path);
  return libsqlStore({ url: `file:${path}`, now });
});

describe("libsqlStore", () => {
  it("gives each new database a timeline of its own", async () => {
    const timelines = new Set<string>();
    for (let index = 0; index < 3; index += 1) {
      const store = libsqlStore({ url: `file:${join(await tempFolder("store"), "test.db")}` });
      await store.migrate();
      timelines.add((await store.sequencesOf([])).timeline);
      await store.close();
    }
    expect(timelines.size).toBe(3);
  });
});
