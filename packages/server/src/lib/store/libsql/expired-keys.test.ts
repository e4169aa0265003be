import { join } from "node:path";
import Database from "libsql";
import { describe, expect, it } from "vitest";
import { Scenario } from "../../../../testing/store-contract/scenario.js";
import { tempFolder } from "../../../../testing/temp-folder.js";
import { libsqlStore } from "./libsql-store.js";

describe("expired idempotency keys", () => {
  it("are deleted a few with each claim, of all owners, and never before they expire", async () => {
    const path = join(await tempFolder("keys"), "test.db");
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
      scenario.accepted({ ownerId, idempotencyKey: { keyHash, fingerprint: "body", keepMs } });

    for (let count = 0; count < 6; count += 1) await submit(`a${count}`, `owner-${count}`);
    await submit("b", "ada", 10_001);
    time += 10_000;
    expect(keys()).toHaveLength(7);

    await submit("c", "bob");
    expect(keys()).toHaveLength(8);
    await scenario.claim(1);
    expect(keys()).toEqual(["a4", "a5", "b", "c"]);
    await scenario.claim(1);
    expect(keys()).toEqual(["b", "c"]);

    time += 1;
    // A claim that finds nothing due writes nothing.
    await scenario.claim(10);
    time += 1;
    const rest = keys();
    await scenario.claim(10);
    expect(keys()).toEqual(rest);
    database.close();
    await store.close();
  });
});

it("deletes expired keys of erased accounts with claims", async () => {
  const path = join(await tempFolder("keys"), "test.db");
  let time = 1_800_000_000_000;
  const store = libsqlStore({ url: `file:${path}`, now: () => time });
  await store.migrate();
  const grant = { accountId: "ann", kind: "grant", amount: 7, reason: null, initialGrant: 0 } as const;
  for (let count = 0; count < 5; count += 1) await store.adjust({ ...grant, key: `payment-${count}` });
  await store.eraseOwner({ ownerId: "ann", pseudonym: "deleted", limit: 10 });
  const database = new Database(path, { readonly: true });
  const count = (): unknown =>
    Object(database.prepare("SELECT count(*) AS n FROM safelight_erased_entry_keys").get()).n;
  const scenario = new Scenario(store);
  await scenario.accepted({ ownerId: "bob" });
  await scenario.claim(1);
  expect(count()).toBe(5);
  time += 90 * 86_400_000;
  await scenario.accepted({ ownerId: "bob" });
  await scenario.claim(1);
  expect(count()).toBe(1);
  database.close();
  await store.close();
});
