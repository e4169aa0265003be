import { join } from "node:path";
import Database from "libsql";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Scenario } from "../../../../../testing/store-contract/scenario.js";
import { tempFolder } from "../../../../../testing/temp-folder.js";
import type { Store } from "../../../ports/store/store.js";
import { libsqlStore } from "../libsql-store.js";

describe("findKeysInUse", () => {
  let folder: string;
  let store: Store;

  beforeEach(async () => {
    folder = await tempFolder("media-keys");
    store = libsqlStore({ url: `file:${join(folder, "test.db")}` });
    await store.migrate();
  });

  afterEach(async () => {
    await store.close();
  });

  function execute(sql: string): readonly unknown[] {
    const database = new Database(join(folder, "test.db"));
    try {
      return database.prepare(sql).raw().all();
    } finally {
      database.close();
    }
  }

  it("rejects a database of a newer release, even a compatible one", async () => {
    await new Scenario(store).accepted({ storagePrefix: "queued" });
    execute("INSERT INTO safelight_migrations VALUES (99, 'posters', 1, '', 0) RETURNING id");
    await store.ping();
    await expect(store.findKeysInUse(["queued/0-abc"])).rejects.toThrow(
      /The database has migration 99 \(posters\), this release knows \d+: sweep with the newer @safelight\/server/,
    );
  });

  it("skips a job in the outbox whose payload SQLite cannot parse", async () => {
    const deep = `${"[".repeat(1_100)}${"]".repeat(1_100)}`;
    execute(`INSERT INTO safelight_outbox (topic, payload, tries, due_at, created_at)
      VALUES ('cancel_job', '${deep}', 0, 0, 0), ('delete_prefix', '"gone"', 0, 0, 0),
        ('delete_objects', '["old/0-abc","old/1-abc"]', 0, 0, 0) RETURNING id`);
    expect(await store.findKeysInUse(["gone/0-abc", "old/1-abc", "old/2-abc"])).toEqual(
      new Set(["gone/0-abc", "old/1-abc"]),
    );
  });

  it("covers every column with a storage key or a storage prefix", () => {
    const columns = execute(`SELECT t.name || '.' || c.name FROM sqlite_master t, pragma_table_info(t.name) c
      WHERE t.type = 'table' AND t.name LIKE 'safelight%'
        AND (c.name LIKE '%key' OR c.name LIKE '%prefix' OR c.name IN ('stored_outputs', 'outputs', 'payload', 'thumbnail'))
      ORDER BY 1`);
    // A new column here, or a new table with keys in JSON, needs a row in `findKeysInUseStatements`.
    expect(columns.flat()).toEqual([
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
});
