import { join } from "node:path";
import Database from "libsql";
import { expect, it, onTestFinished } from "vitest";
import { output, Scenario } from "../../../../testing/store-contract/scenario.js";
import { tempFolder } from "../../../../testing/temp-folder.js";
import { libsqlStore } from "./libsql-store.js";

it("deletes the list of early stored outputs with the rest of the content", async () => {
  const path = join(await tempFolder("stored-outputs"), "test.db");
  let time = 1_800_000_000_000;
  const store = libsqlStore({ url: `file:${path}`, now: () => time });
  const database = new Database(path);
  onTestFinished(async () => {
    database.close();
    await store.close();
  });
  await store.migrate();
  const scenario = new Scenario(store);
  const storedOutputsOf = (id: string) =>
    Object(database.prepare("SELECT stored_outputs FROM safelight_attempts WHERE generation_id = ?").get(id))
      .stored_outputs;

  const claim = await scenario.storing((milliseconds) => {
    time += milliseconds;
  });
  const { id } = claim.generation;
  await scenario.park(claim, { to: "storing", storedOutputs: [output()] });
  expect(JSON.parse(storedOutputsOf(id))).toMatchObject([output()]);
  time += 1_000;
  const next = await scenario.claimOne(id);
  expect(next.attempt?.storedOutputs).toEqual([output()]);
  await scenario.settle(next, { type: "completed", outputs: [output()] });
  await store.remove({ ownerId: "ada", id });
  expect(storedOutputsOf(id)).toBeNull();
});
