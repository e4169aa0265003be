import { env } from "cloudflare:workers";
import { d1Store } from "@safelight/server/d1";
import { runStoreContract } from "@safelight/server/testing";
import { describe, expect, it } from "vitest";

const { DB } = env;

runStoreContract("d1Store", async (now) => {
  await dropTables();
  return d1Store({ database: DB, now });
});

describe("d1Store as a store", () => {
  it("repeats a late command: one that D1 began after its timeout, by D1's clock", async () => {
    await dropTables();
    let late = 0;
    const hourLater = (sql: string) => sql.replaceAll("unixepoch('subsec')", "(unixepoch('subsec') + 3600)");
    const batch: typeof DB.batch = async (statements) => {
      try {
        return await DB.batch(statements);
      } catch (error) {
        if (String(error).includes("safelight late")) late += 1;
        throw error;
      }
    };
    const store = d1Store({ database: { prepare: (sql) => DB.prepare(hourLater(sql)), batch } });
    await store.migrate();
    expect(await store.readSecret("first")).toBe("first");
    expect(late).toBe(1);
  });
});

/** Each test needs an empty database, and an isolate has one. */
async function dropTables(): Promise<void> {
  const find = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'safelight_%'";
  const [tables] = await DB.batch([DB.prepare(find).bind()]);
  // The query above selects a name.
  const names = (tables?.results ?? []).map((row) => (row as { readonly name: string }).name);
  const drops = names.map((name) => DB.prepare(`DROP TABLE ${name}`));
  await DB.batch([DB.prepare("PRAGMA defer_foreign_keys = on"), ...drops]);
}
