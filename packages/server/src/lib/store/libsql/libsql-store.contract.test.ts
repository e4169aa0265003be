import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runStoreContract } from "../../../../testing/store-contract.js";
import { tempFolder } from "../../../../testing/temp-folder.js";
import { libsqlStore } from "./libsql-store.js";

async function createStore(now?: () => number) {
  const folder = await tempFolder("store");
  return libsqlStore({ url: `file:${join(folder, "test.db")}`, ...(now && { now }) });
}

runStoreContract("libsqlStore", createStore);

describe("libsqlStore", () => {
  it("gives each new database a timeline of its own", async () => {
    const timelines = new Set<string>();
    for (let index = 0; index < 3; index += 1) {
      const store = await createStore();
      await store.migrate();
      timelines.add((await store.sequencesOf([])).timeline);
      await store.close();
    }
    expect(timelines.size).toBe(3);
  });
});
