import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { tempFolder } from "../../../testing/temp-folder.js";
import type { Store } from "../ports/store/store.js";
import { libsqlStore } from "../store/libsql/libsql-store.js";
import { migrateAtFirstUse } from "./migrate-at-first-use.js";

async function fileStore(): Promise<Store> {
  const folder = await tempFolder("migrate");
  const store = libsqlStore({ url: `file:${join(folder, "test.db")}` });
  onTestFinished(async () => {
    await store.close();
  });
  return store;
}

/** Counts migrations, and fails the first `failures` of them. */
function counting(store: Store, failures = 0): { readonly store: Store; count(): number } {
  let count = 0;
  const migrate = async (): Promise<void> => {
    count += 1;
    if (count <= failures) throw new Error(`failure ${count}`);
    await store.migrate();
  };
  return { store: { ...store, migrate }, count: () => count };
}

const query = { accountId: "ann", limit: 1, before: null };

describe("migrateAtFirstUse", () => {
  it("migrates once for concurrent and later commands", async () => {
    const { store, count } = counting(await fileStore());
    const migrated = migrateAtFirstUse(store);
    expect(count()).toBe(0);
    await Promise.all([migrated.listCredits(query), migrated.audit(), migrated.getPreview({ id: "gen_1" })]);
    await migrated.migrate();
    await migrated.listCredits(query);
    expect(count()).toBe(1);
  });

  it("fails the commands of a failed migration, and retries with the next command", async () => {
    const { store, count } = counting(await fileStore(), 1);
    const migrated = migrateAtFirstUse(store);
    const waiting = await Promise.allSettled([migrated.listCredits(query), migrated.audit()]);
    expect(waiting.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect((await migrated.listCredits(query)).balance).toBeNull();
    expect(count()).toBe(2);
  });

  it("has every command of the store", async () => {
    const store = await fileStore();
    // `createSafelight` calls it once, on the store of the host, before any command.
    const { useHostBalances: _, ...commands } = store;
    expect(Object.keys(migrateAtFirstUse(store)).toSorted()).toEqual(Object.keys(commands).toSorted());
  });
});
