import type { Pool } from "pg";
import { expect, it } from "vitest";
import { clearedPostgres } from "../../../../test/start-postgres.js";
import { output, withStore } from "../../../../testing/store-contract/scenario.js";
import { postgresStore } from "./postgres-store.js";

const database = clearedPostgres();

let client: Pool;

const create = async (now: () => number) => {
  client = await database();
  return postgresStore({ client, now });
};

const execute = async (sql: string) => client.query<Record<string, unknown>>(sql);

it(
  "rejects a database of a newer release, even a compatible one",
  withStore(create, async ({ store }) => {
    await execute("INSERT INTO safelight_migrations VALUES (99, 'posters', 1, '', 0)");
    try {
      await store.ping();
      await expect(store.findKeysInUse(["queued/0-abc"])).rejects.toThrow(
        /The database has migration 99 \(posters\), this release knows \d+: sweep with the newer @safelight\/server/,
      );
    } finally {
      await execute("DELETE FROM safelight_migrations WHERE id = 99");
    }
  }),
);

it(
  "finds keys beside damaged values, and those in lists",
  withStore(create, async ({ store, scenario, advance }) => {
    const thumbnail = { storageKey: "done/0-thumb", contentType: "a", byteLength: 1, width: 1, height: 1 };
    const claim = await scenario.storing(advance, { requestedOutputs: 2 });
    const outputs = [output({ thumbnail }), output({ index: 1, thumbnail })];
    await scenario.settle(claim, { type: "completed", outputs });
    await execute("UPDATE safelight_attempts SET costs = '[{' WHERE number = 1");
    await execute(`UPDATE safelight_outputs SET thumbnail = '{"storageKey":' WHERE "index" = 1`);
    const deep = `${"[".repeat(20_000)}${"]".repeat(20_000)}`;
    await execute(`INSERT INTO safelight_outbox (topic, payload, generation_id, model, tries, due_at, created_at)
      VALUES ('cancel_job', '${deep}', 'g', 'm', 0, 0, 0), ('delete_prefix', '"gone"', NULL, NULL, 0, 0, 0),
        ('delete_prefix', '"damaged', NULL, NULL, 0, 0, 0), ('delete_objects', '["old/', NULL, NULL, 0, 0, 0),
        ('delete_objects', '["old/0-abc", "old/1-abc"]', NULL, NULL, 0, 0, 0)`);
    const keys = ["done/0-thumb", "gone/0-abc", "old/0-abc", "old/1-abc", "old/2-abc", "damaged/0-abc"];
    expect(await store.findKeysInUse(keys)).toEqual(new Set(keys.slice(0, 4)));
    expect(await store.getEnded({ id: claim.generation.id })).toMatchObject({ costs: [] });
  }),
);

it("covers every column with a storage key or a storage prefix", async () => {
  client = await database();
  await postgresStore({ client }).migrate();
  const { rows } = await execute(`SELECT table_name || '.' || column_name AS name FROM information_schema.columns
    WHERE table_name LIKE 'safelight%'
      AND (column_name LIKE '%key' OR column_name LIKE '%prefix' OR column_name IN ('stored_outputs', 'outputs', 'payload', 'thumbnail'))
    ORDER BY 1`);
  // A new column here, or a new table with keys in JSON, needs a row in `findKeysInUse`.
  expect(rows.map(({ name }) => name)).toEqual([
    // Only for active generations, whose prefix is in use.
    "safelight_attempts.outputs",
    "safelight_attempts.stored_outputs",
    // The key of a provider's limits.
    "safelight_gates.key",
    "safelight_generations.preview_key",
    "safelight_generations.storage_prefix",
    "safelight_inputs.storage_key",
    // Not a storage key: the idempotency key of a ledger entry.
    "safelight_ledger_entries.key",
    // Not a storage key: the generation of a hold.
    "safelight_outbox.hold_key",
    "safelight_outbox.payload",
    "safelight_outputs.storage_key",
    "safelight_outputs.thumbnail",
  ]);
});
