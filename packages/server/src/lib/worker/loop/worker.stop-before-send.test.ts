import { describe, expect, it } from "vitest";
import { scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { type HeldCall, heldCall } from "../../../../testing/held-call.js";
import { workerBench } from "../../../../testing/worker-bench.js";
import type { Store } from "../../ports/store/store.js";
import { memoryStorage } from "../../storage/memory-storage.js";
import { libsqlStore } from "../../store/libsql/libsql-store.js";

const bench = workerBench({
  openStore: (path, now) => libsqlStore({ url: `file:${path}`, now, synchronous: "normal" }),
  createStorage: memoryStorage,
});

const model = { maxAttempts: 1 };

describe("stopping a worker before it has sent a paid request", () => {
  it("begins no attempt while the storage is checked", async () => {
    const check = heldCall<void>();
    const provider = scriptedProvider();
    await bench({ provider, model }, async (given) => {
      const id = await given.submit();
      const worker = given.addWorker({ checkStorage: check.run });
      const step = worker.tick();
      await check.called;
      const stopped = worker.stop();
      check.resolve();
      await Promise.all([step, stopped]);
      expect(provider.submits).toEqual([]);
      expect(await given.generation(id)).toMatchObject({ state: "queued", attempts: 0 });
      expect(await given.addWorker().tick()).toBe(1);
      expect(await given.generation(id)).toMatchObject({ state: "running", attempts: 1 });
    })();
  });

  it("sends the request of an attempt whose intent is being committed", async () => {
    const provider = scriptedProvider();
    await bench({ provider, model }, async (given) => {
      const id = await given.submit();
      const { committed, store } = heldIntent(given.store);
      const worker = given.addWorker({ store });
      const step = worker.tick();
      await committed.called;
      const stopped = worker.stop();
      committed.resolve(null);
      await Promise.all([step, stopped]);
      expect(provider.submits).toHaveLength(1);
      expect(await given.generation(id)).toMatchObject({ state: "running", attempts: 1 });
    })();
  });

  it("does not use up the budget if its drain times out before the request, and keeps the provider", async () => {
    const provider = scriptedProvider();
    const failover = scriptedProvider({ id: "failover" });
    await bench({ provider: [provider, failover], model }, async (given) => {
      const id = await given.submit();
      const { committed, store } = heldIntent(given.store);
      const worker = given.addWorker({ store });
      const step = worker.tick();
      await committed.called;
      const stopped = worker.stop();
      await given.clock.advance(20_000);
      committed.resolve(null);
      await Promise.all([step, stopped]);
      expect(provider.submits).toEqual([]);
      expect(await given.generation(id)).toMatchObject({ state: "retry_wait", attempts: 1 });
      expect(given.log).toContain("info Attempt failed; retrying.");

      expect(await given.addWorker().tick()).toBe(1);
      expect(await given.generation(id)).toMatchObject({ state: "running", attempts: 2 });
      expect([provider.submits.length, failover.submits.length]).toEqual([1, 0]);
    })();
  });

  it("cancels the generation if its owner has requested that, also while its gate is closed", async () => {
    const provider = { ...scriptedProvider(), limits: { concurrency: 1 } };
    await bench({ provider, model }, async (given) => {
      const id = await given.submit({ gate: "scripted" });
      const { committed, store } = heldIntent(given.store);
      const worker = given.addWorker({ store });
      const step = worker.tick();
      await committed.called;
      await given.cancel(id);
      await given.store.closeGate({ key: "scripted", forMs: 600_000 });
      const stopped = worker.stop();
      await given.clock.advance(20_000);
      committed.resolve(null);
      await Promise.all([step, stopped]);
      expect(provider.submits).toEqual([]);
      expect(await given.generation(id)).toMatchObject({ state: "canceled", refundedCredits: 4 });
    })();
  });
});

/** A store whose intents are committed, and whose responses the test resolves. */
function heldIntent(store: Store): { readonly committed: HeldCall<null>; readonly store: Store } {
  const committed = heldCall<null>();
  const recordIntent: Store["recordIntent"] = async (command) => {
    const verdict = await store.recordIntent(command);
    await committed.run();
    return verdict;
  };
  return { committed, store: { ...store, recordIntent } };
}
