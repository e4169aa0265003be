import { join } from "node:path";
import Database from "libsql";
import { expect, it, onTestFinished } from "vitest";
import { Scenario } from "../../../../../testing/store-contract/scenario.js";
import { tempFolder } from "../../../../../testing/temp-folder.js";
import { libsqlStore } from "../libsql-store.js";

it("stops at two thousand due generations, and still counts those that wait for a later time", async () => {
  const path = join(await tempFolder("queue"), "test.db");
  const store = libsqlStore({ url: `file:${path}`, now: () => 1_800_000_000_000 });
  const database = new Database(path);
  onTestFinished(async () => {
    database.close();
    await store.close();
  });
  await store.migrate();
  const scenario = new Scenario(store);
  await scenario.running();
  const id = await scenario.accepted();
  const columns = database
    .prepare("PRAGMA table_info(safelight_generations)")
    .all([])
    .map((row) => Object(row).name);
  const values = columns.map((name) => (name === "id" || name === "sequence" ? `${name} || n` : name));
  database.exec(`WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 2000)
    INSERT INTO safelight_generations (${columns.join(", ")})
    SELECT ${values.join(", ")} FROM safelight_generations, numbers WHERE id = '${id}'`);
  expect(await store.readQueue()).toMatchObject({ active: { queued: 2_000, running: 1 }, isCapped: true });
});
