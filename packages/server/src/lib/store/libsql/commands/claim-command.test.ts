import { join } from "node:path";
import Database from "libsql";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Scenario } from "../../../../../testing/store-contract/scenario.js";
import { tempFolder } from "../../../../../testing/temp-folder.js";
import type { GateLimit } from "../../../ports/store/gate-limit.js";
import type { Store } from "../../../ports/store/store.js";
import { libsqlStore } from "../libsql-store.js";

const limits: readonly GateLimit[] = [{ key: "vendor", concurrency: 1, rate: null }];

describe("a claim of first attempts", () => {
  let store: Store;
  let scenario: Scenario;
  let database: Database.Database;

  beforeEach(async () => {
    const path = join(await tempFolder("claim"), "test.db");
    store = libsqlStore({ url: `file:${path}`, now: () => 1_800_000_000_000 });
    await store.migrate();
    scenario = new Scenario(store);
    database = new Database(path);
  });

  afterEach(async () => {
    database.close();
    await store.close();
  });

  /** Claims, and lets another worker write between the read and the claim. */
  const claimAfter = async (write: string, given: { readonly limits?: readonly GateLimit[] } = {}) => {
    const choose = <Due>(due: readonly Due[]): readonly Due[] => {
      database.exec(write);
      return due;
    };
    const command = { models: ["demo"], limit: 10, leaseMs: 30_000, token: scenario.token(), choose, ...given };
    return (await store.claim(command)).map(({ generation }) => generation.id);
  };

  it.each([
    ["an attempt", "attempts = 1, state = 'submitting', leased = 1, due_at = touched_at"],
    ["a gate", "gate = 'vendor'"],
  ])("leaves a generation to the next claim that got %s since the read", async (_, change) => {
    const [first, second] = [await scenario.accepted(), await scenario.accepted({ ownerId: "bob" })];
    const write = `UPDATE safelight_generations SET ${change} WHERE id = '${first}'`;
    expect(await claimAfter(write, { limits })).toEqual([second]);
    expect((await scenario.claim()).map(({ generation }) => generation.id)).toEqual([first]);
  });

  it("leaves a generation at a gate to the next claim that got an attempt since the read", async () => {
    const id = await scenario.accepted({ gate: "vendor" });
    const change = "attempts = 1, state = 'submitting', leased = 1, due_at = touched_at";
    const write = `UPDATE safelight_generations SET ${change} WHERE id = '${id}'`;
    expect(await claimAfter(write, { limits })).toEqual([]);
    expect((await scenario.claim()).map(({ generation }) => generation.state)).toEqual(["reconciling"]);
  });
});
