import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { tempFolder } from "../../packages/server/testing/temp-folder.ts";
import { checkDatabase } from "./check-database.ts";

/** Faults of a database with these completed ids, each paid once, and these acknowledged ids. */
async function faultsOf(made: readonly string[], acknowledged: readonly string[]): Promise<readonly string[]> {
  const folder = await tempFolder("database");
  const file = join(folder, "safelight.db");
  const database = new DatabaseSync(file);
  database.exec("CREATE TABLE safelight_generations (id TEXT, state TEXT, finished_at INTEGER)");
  const insert = database.prepare("INSERT INTO safelight_generations VALUES (?, 'completed', 1)");
  for (const id of made) insert.run(id);
  database.close();
  const bill = { generations: made.map((id) => [id, 1] as const), repeated: 0 };
  return checkDatabase(file, { acknowledged: new Set(acknowledged), bill }).faults;
}

test.each([
  ["nothing", ["a", "b"], ["a", "b"], []],
  ["lost generations", ["a"], ["a", "b"], ["1 were acknowledged and are lost"]],
  ["unrequested generations", ["a", "b"], ["a"], ["1 exist without a submit"]],
  ["both", ["a", "c"], ["a", "b"], ["1 were acknowledged and are lost", "1 exist without a submit"]],
])("finds %s", async (_, made, acknowledged, faults) => {
  expect(await faultsOf(made, acknowledged)).toEqual(faults);
});
