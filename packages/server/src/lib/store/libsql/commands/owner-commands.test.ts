import { join } from "node:path";
import Database from "libsql";
import { expect, it, onTestFinished } from "vitest";
import { Scenario } from "../../../../../testing/store-contract/scenario.js";
import { tempFolder } from "../../../../../testing/temp-folder.js";
import type { ListQuery } from "../../../ports/store/store-queries.js";
import { libsqlStore } from "../libsql-store.js";

const ended = "due_at = NULL, started_at = 1, finished_at = 1";
const columnsOf = {
  pending: "state = 'queued'",
  processing: "state = 'running', started_at = 1",
  completed: `state = 'completed', ${ended}`,
  failed: `state = 'failed', failure_code = 'internal', ${ended}`,
  canceled: `state = 'canceled', ${ended}`,
} as const;
// The cast is safe: `Object.keys` returns the keys of this constant.
const statuses = Object.keys(columnsOf) as (keyof typeof columnsOf)[];

it.each(statuses)("lists the %s generations of an owner by model, scope and cursor", async (status) => {
  const path = join(await tempFolder("lists"), "test.db");
  const store = libsqlStore({ url: `file:${path}` });
  const database = new Database(path);
  onTestFinished(async () => {
    database.close();
    await store.close();
  });
  await store.migrate();
  const scenario = new Scenario(store);
  const inStatus = async (change: Parameters<Scenario["accepted"]>[0], of = status) => {
    const id = await scenario.accepted(change);
    database.exec(`UPDATE safelight_generations SET ${columnsOf[of]} WHERE id = '${id}'`);
    return id;
  };
  const first = await inStatus({});
  const ofModel = await inStatus({ model: "upscaler" });
  const inScope = await inStatus({ scope: "poster" });
  const last = await inStatus({});
  await inStatus({ ownerId: "bob" });
  for (const other of statuses) if (other !== status) await inStatus({}, other);
  if (columnsOf[status].endsWith(ended)) {
    const deleted = await inStatus({});
    database.exec(`UPDATE safelight_generations SET deleted_at = 1 WHERE id = '${deleted}'`);
  }

  const ids = async (change: Partial<ListQuery>) => {
    const query = { ownerId: "ada", limit: 10, after: null, model: null, scope: null, ...change };
    const { generations } = await store.list({ ...query, status });
    return generations.map(({ id }) => id);
  };
  expect(await ids({})).toEqual([last, inScope, ofModel, first]);
  expect(await ids({ model: "upscaler" })).toEqual([ofModel]);
  expect(await ids({ scope: "poster" })).toEqual([inScope]);
  expect(await ids({ after: last, limit: 2 })).toEqual([inScope, ofModel]);
});
