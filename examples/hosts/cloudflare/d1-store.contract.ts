import { env } from "cloudflare:workers";
import { d1Store } from "@safelight/server/d1";
import { runStoreContract } from "@safelight/server/testing";

const { DB } = env;

runStoreContract("d1Store", async (now) => {
  await dropTables();
  return d1Store({ database: DB, now });
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
