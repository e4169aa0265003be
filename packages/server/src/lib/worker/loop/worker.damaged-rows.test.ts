import Database from "libsql";
import { describe, expect, it } from "vitest";
import { accepted, done, type ProviderScript, scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { type WorkerBench, workerBench } from "../../../../testing/worker-bench.js";
import { memoryStorage } from "../../storage/memory-storage.js";
import { libsqlStore } from "../../store/libsql/libsql-store.js";

let path = "";
const bench = workerBench({
  openStore: (file, now) => {
    path = file;
    return libsqlStore({ url: `file:${file}`, now, synchronous: "normal" });
  },
  createStorage: memoryStorage,
});

/** Changes the database as a bad sector or a hand-made update does. */
function damage(sql: string, ...args: readonly string[]): void {
  const database = new Database(path);
  database.pragma("ignore_check_constraints = ON");
  const { changes } = database.prepare(sql).run(...args);
  database.close();
  expect(changes).toBeGreaterThan(0);
}

const damageOperation = "UPDATE safelight_attempts SET operation = '{' WHERE generation_id = ?";
const listed = (given: WorkerBench) =>
  given.store.list({ ownerId: "ada", limit: 10, after: null, status: null, model: null, scope: null });

describe("a claim of a damaged row and others", () => {
  it.each<[string, string, ProviderScript<unknown>]>([
    ["input", "UPDATE safelight_generations SET parsed_input = '{' WHERE id = ?", {}],
    ["operation", damageOperation, { submit: [accepted()], poll: [{ type: "running", progress: null }, done()] }],
  ])("fails the one with the damaged %s, refunds it once, and completes the others", async (name, sql, script) => {
    await bench({ provider: scriptedProvider(script) }, async (given) => {
      const ids = [await given.submit(), await given.submit(), await given.submit()];
      const [damaged = "", ...others] = ids;
      if (name === "operation") await given.step();
      damage(sql, damaged);
      expect(await given.runTo(damaged)).toMatchObject({
        state: "failed",
        failureCode: "internal",
        refundedCredits: 4,
      });
      for (const id of others) expect(await given.runTo(id)).toMatchObject({ state: "completed" });
      expect(await given.balance()).toBe(100 - 2 * 4);
      expect(given.log.filter((line) => line.startsWith("error"))).toHaveLength(1);
    })();
  });

  it("polls again for the result whose stored outputs are damaged", async () => {
    await bench({ provider: scriptedProvider() }, async (given) => {
      const id = await given.submit();
      await given.runTo(id, "running");
      damage("UPDATE safelight_attempts SET outputs = '[', stored_outputs = '[', failure = '{', operation_hint = '{'");
      expect(await given.runTo(id)).toMatchObject({ state: "completed" });
    })();
  });
});

describe("an owner's reads of damaged rows", () => {
  it("return each generation without its damaged values", async () => {
    await bench({ provider: scriptedProvider() }, async (given) => {
      const [damaged, other] = [await given.submit({ metadata: { a: 1 } }), await given.submit()];
      await given.runTo(damaged);
      damage("UPDATE safelight_generations SET input = '{', metadata = '{', refunds = '{' WHERE id = ?", damaged);
      damage("UPDATE safelight_outputs SET thumbnail = '{'");
      const { generations } = await listed(given);
      expect(generations.map(({ id }) => id)).toEqual([other, damaged]);
      const readable = { input: null, metadata: null, refunds: null, outputs: [{ thumbnail: null }] };
      expect(generations[1]).toMatchObject(readable);
      expect(await given.store.getOutput({ id: damaged, index: 0 })).toMatchObject({ thumbnail: null });
      const active = {
        ownerId: "ada",
        scope: null,
        activeLimit: 9,
        unseenLimit: 9,
        unseenForMs: 1e9,
        maxUnseenCount: 9,
      };
      expect(await given.store.listActive(active)).toMatchObject({ active: [], unseen: [{ id: other }, readable] });
      expect((await given.store.changedAfter({ ownerId: "ada", sequence: 0, limit: 9 })).changed).toHaveLength(2);
      expect(await given.store.findKeysInUse(["a/b"])).toEqual(new Set());
    })();
  });
});

describe("accounts of damaged costs", () => {
  it("omit them, and include the others", async () => {
    const cost = { amount: 3, unit: "usd" };
    await bench({ provider: scriptedProvider({ poll: [{ ...done(), costs: [cost] }] }) }, async (given) => {
      const [damaged, other] = [await given.submit(), await given.submit()];
      await given.runTo(damaged);
      await given.runTo(other);
      damage("UPDATE safelight_attempts SET costs = '[' WHERE generation_id = ?", damaged);
      const costs = await given.store.readCosts({ from: 0, to: Number.MAX_SAFE_INTEGER });
      expect(costs.filter(({ unit }) => unit !== null)).toMatchObject([{ ...cost, attempts: 1 }]);
      expect(await given.store.getEnded({ id: damaged })).toMatchObject({ costs: [] });
    })();
  });
});

describe("a damaged outbox item", () => {
  it("is dropped with an error line, and the other items are processed", async () => {
    const provider = scriptedProvider({ poll: [{ type: "running", progress: null }], cancel: ["canceled"] });
    await bench({ provider }, async (given) => {
      const ids = [await given.submit({ deadlineMs: 60_000 }), await given.submit({ deadlineMs: 60_000 })];
      for (const id of ids) await given.runTo(id);
      damage("UPDATE safelight_outbox SET payload = '{' WHERE id = (SELECT min(id) FROM safelight_outbox)");
      for (let step = 0; step < 3; step += 1) await given.nextStep();
      expect(provider.cancels).toHaveLength(1);
      expect(given.log.filter((line) => line.includes("outbox item is damaged"))).toHaveLength(1);
      expect(await given.store.nextDueInMs({ models: ["demo"], topics: ["cancel_job", "delete_prefix"] })).toBeNull();
    })();
  });
});

it("replaces a damaged agreed time", async () => {
  await bench({ provider: scriptedProvider() }, async () => {
    damage("INSERT INTO safelight_settings (name, value) VALUES ('agreed_time', '{')");
    const store = libsqlStore({ url: `file:${path}` });
    await store.claim({ models: ["demo"], limit: 1, leaseMs: 30_000, token: "claim" });
    const database = new Database(path, { readonly: true });
    const row = database.prepare(
      "SELECT json_valid(value) AS valid FROM safelight_settings WHERE name = 'agreed_time'",
    );
    expect(row.get()).toMatchObject({ valid: 1 });
    database.close();
    await store.close();
  })();
});
