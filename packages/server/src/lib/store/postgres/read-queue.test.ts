import { expect, it } from "vitest";
import { postgresSchemas } from "../../../../test/postgres-schemas.js";
import { Scenario } from "../../../../testing/store-contract/scenario.js";

const openSchema = postgresSchemas();

it("stops at ten thousand due generations, and still counts those that wait for a later time", async () => {
  const run = await openSchema();
  const scenario = new Scenario(run.store);
  await scenario.running();
  await run.query("UPDATE @generations SET due_at = due_at + 600000");
  const id = await scenario.accepted();
  // Once for each row: `(json_populate_record(…)).*` would call it for each column.
  await run.query(`INSERT INTO @generations SELECT copy.* FROM @generations g, generate_series(1, 10000) n,
    LATERAL json_populate_record(g, json_build_object('id', g.id || n, 'sequence', g.sequence + n)) copy
    WHERE g.id = '${id}'`);
  expect(await run.store.readQueue()).toMatchObject({ active: { queued: 10_000, running: 1 }, isCapped: true });
});
