import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, onTestFinished, test } from "vitest";
import { takeStock } from "./take-stock.ts";

/** What is found where these ids have completed and those were acknowledged, each paid for once. */
async function faultsOf(made: readonly string[], acknowledged: readonly string[]): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), "safelight-stock-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, "safelight.db");
  const database = new DatabaseSync(file);
  database.exec("CREATE TABLE safelight_generations (id TEXT, state TEXT, finished_at INTEGER)");
  const insert = database.prepare("INSERT INTO safelight_generations VALUES (?, 'completed', 1)");
  for (const id of made) insert.run(id);
  database.close();
  const paid = { generations: made.map((id) => [id, 1] as const), repeated: 0 };
  return takeStock(file, { acknowledged: new Set(acknowledged), paid }).faults;
}

test.each([
  ["nothing", ["a", "b"], ["a", "b"], []],
  ["what is lost", ["a"], ["a", "b"], ["1 were acknowledged and are lost"]],
  ["what nobody asked for", ["a", "b"], ["a"], ["1 were made that nobody asked for"]],
  ["both", ["a", "c"], ["a", "b"], ["1 were acknowledged and are lost", "1 were made that nobody asked for"]],
])("finds %s", async (_, made, acknowledged, faults) => {
  expect(await faultsOf(made, acknowledged)).toEqual(faults);
});
