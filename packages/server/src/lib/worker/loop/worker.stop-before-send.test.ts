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
    const checkStorage = () => check.line({ signal: AbortSignal.abort() });
    const provider = scriptedProvider();
    await bench({ provider, model }, async (given) => {
      const id = await given.submit();
      const worker = given.addWorker({ checkStorage });
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

  it("does not count an attempt whose drain times out before its request, and keeps its provider", async () => {
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

      expect(await given.addWorker().tick()).toBe(1);
      expect(await given.generation(id)).toMatchObject({ state: "running", attempts: 2 });
      expect([provider.submits.length, failover.submits.length]).toEqual([1, 0]);
    })();
  });
});

/** A store whose intents are committed, and whose responses the test resolves. */
function heldIntent(store: Store): { readonly committed: HeldCall<null>; readonly store: Store } {
  const committed = heldCall<null>();
  const recordIntent: Store["recordIntent"] = async (command) => {
    const verdict = await store.recordIntent(command);
    await committed.line({ signal: AbortSignal.abort() });
    return verdict;
  };
  return { committed, store: { ...store, recordIntent } };
}
