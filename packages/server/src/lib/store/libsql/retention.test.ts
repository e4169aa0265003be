import { join } from "node:path";
import Database from "libsql";
import { expect, it } from "vitest";
import { Scenario } from "../../../../testing/store-contract/scenario.js";
import { tempFolder } from "../../../../testing/temp-folder.js";
import { libsqlStore } from "./libsql-store.js";

const dayMs = 86_400_000;

/** Inserts copies of an ended generation, all with the same end. */
function multiply(path: string, id: string, copies: number): void {
  const database = new Database(path);
  const columns = database
    .prepare("SELECT name FROM pragma_table_info('safelight_generations')")
    .all()
    .map((row) => String(Object(row).name));
  const values = columns.map((name) => {
    if (name === "id") return "id || '-' || copy.number";
    if (name === "sequence") return "sequence + copy.number";
    return name;
  });
  database.exec(
    `WITH RECURSIVE copy(number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM copy WHERE number < ${copies})
     INSERT INTO safelight_generations (${columns.join(", ")})
     SELECT ${values.join(", ")} FROM safelight_generations, copy WHERE id = '${id}'`,
  );
  database.exec(`UPDATE safelight_owners SET sequence = sequence + ${copies} WHERE id = 'ada'`);
  database.close();
}

it("deletes thousands of generations of one owner in batches, and those of other owners in order of their end", async () => {
  let time = 1_800_000_000_000;
  const path = join(await tempFolder("retention"), "test.db");
  const store = libsqlStore({ url: `file:${path}`, now: () => time, synchronous: "normal" });
  await store.migrate();
  const scenario = new Scenario(store);
  const canceled = async (ownerId: string) => {
    const id = await scenario.accepted({ ownerId });
    await store.requestCancel({ ownerId, id });
    return id;
  };
  multiply(path, await canceled("ada"), 4_999);
  time += 1;
  const bobs = await canceled("bob");
  const before = (await store.sequencesOf(["ada"])).sequences.get("ada") ?? 0;
  time += dayMs;
  const purge = () => store.purgeGenerations({ endedForMs: dayMs, limit: 100 });
  for (let count = 0; count < 50; count += 1) expect(await purge()).toMatchObject({ ownerIds: ["ada"], nextInMs: 0 });
  expect(await store.get({ ownerId: "bob", id: bobs })).not.toBeNull();
  expect(await purge()).toMatchObject({ ownerIds: ["bob"], nextInMs: null });
  expect(await purge()).toMatchObject({ ownerIds: [], nextInMs: null });
  const { changed, deleted } = await store.changedAfter({ ownerId: "ada", sequence: before, limit: 6_000 });
  expect(changed).toEqual([]);
  expect(deleted.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 5_000 }, (_, at) => before + 1 + at));
  expect(new Set(deleted.map(({ id }) => id)).size).toBe(5_000);
  await store.close();
});
