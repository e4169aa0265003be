import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "libsql";
import { describe, expect, it } from "vitest";
import { Scenario } from "../../testing/store-contract/scenario.js";
import { libsqlStore } from "./libsql-store.js";

describe("expired idempotency keys", () => {
  it("go a few at a time as others are written, whoever they belong to, and never before their time", async () => {
    const path = join(await mkdtemp(join(tmpdir(), "safelight-keys-")), "test.db");
    let time = 1_800_000_000_000;
    const store = libsqlStore({ url: `file:${path}`, now: () => time });
    await store.migrate();
    const scenario = new Scenario(store);
    const database = new Database(path);
    const keys = (): unknown[] =>
      database
        .prepare("SELECT key_hash FROM safelight_submissions ORDER BY key_hash")
        .all()
        .map((row) => Object(row).key_hash);
    const submit = (keyHash: string, ownerId: string, keepMs = 10_000) =>
      scenario.accepted({ ownerId, submission: { keyHash, fingerprint: "body", keepMs } });

    for (let count = 0; count < 6; count += 1) await submit(`a${count}`, `owner-${count}`);
    await submit("b", "ada", 10_001);
    time += 10_000;
    expect(keys()).toHaveLength(7);

    await submit("c", "bob");
    expect(keys()).toEqual(["a4", "a5", "b", "c"]);
    await submit("d", "bob");
    expect(keys()).toEqual(["b", "c", "d"]);

    time += 1;
    // What writes no generation writes nothing here either.
    await scenario.submit({ ownerId: "ada", credits: 1_000, submission: { keyHash: "e", fingerprint: "", keepMs: 1 } });
    expect(keys()).toEqual(["b", "c", "d"]);
    database.close();
    await store.close();
  });
});
