import { describe, expect, it } from "vitest";
import { done, scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { workerBench } from "../../../../testing/worker-bench.js";
import type { Dispatcher, Wake } from "../../ports/dispatcher.js";
import { memoryStorage } from "../../storage/memory-storage.js";
import { libsqlStore } from "../../store/libsql/libsql-store.js";

const bench = workerBench({
  openStore: (path, now) => libsqlStore({ url: `file:${path}`, now, synchronous: "normal" }),
  createStorage: memoryStorage,
});

/** An engine that records its wakes. */
function recording(): { readonly wakes: Wake[]; readonly dispatcher: Dispatcher } {
  const wakes: Wake[] = [];
  return { wakes, dispatcher: { enqueue: (wake) => wakes.push(wake) } };
}

describe("sweep", () => {
  it("enqueues generations that are due for longer than sweepAfterMs, the longest due first, up to its limit", () =>
    bench({ provider: scriptedProvider() }, async (given) => {
      const { dispatcher, wakes } = recording();
      const worker = given.addRequestWorker({ dispatcher, sweepAfterMs: 1_000 });
      const ids = [await given.submit()];
      given.clock.skip(500);
      ids.push(await given.submit());
      given.clock.skip(500);
      expect(await worker.sweep()).toBe(1);
      given.clock.skip(500);
      expect(await worker.sweep(1)).toBe(1);
      expect(await worker.sweep()).toBe(2);
      const expected = [ids[0], ids[0], ids[0], ids[1]];
      expect(wakes).toEqual(expected.map((generationId) => ({ generationId, dueInMs: 0 })));
    })());

  it("enqueues a generation of a crashed worker once its lease has expired", () =>
    bench({ provider: scriptedProvider() }, async (given) => {
      const { dispatcher, wakes } = recording();
      const worker = given.addWorker({ dispatcher });
      const id = await given.submit();
      await given.store.claim({ models: ["demo"], limit: 1, leaseMs: 30_000, token: "crashed" });
      given.clock.skip(31_999);
      expect(await worker.sweep()).toBe(0);
      given.clock.skip(1);
      expect(await worker.sweep()).toBe(1);
      expect(wakes).toEqual([{ generationId: id, dueInMs: 0 }]);
    })());

  it.each([0, -1, 0.5, Number.NaN])("rejects a limit of %s", (limit) =>
    bench({ provider: scriptedProvider() }, async (given) => {
      await expect(given.addWorker().sweep(limit)).rejects.toThrow("Invalid limit of sweep");
    })(),
  );

  it("drains the outbox without claiming a generation", () => {
    const provider = scriptedProvider({ submit: [done()] });
    return bench({ provider }, async (given) => {
      const id = await given.submit();
      await given.runTo(id);
      const key = (await given.generation(id)).outputs[0]?.storageKey;
      expect(await given.stored(key)).not.toBeNull();
      await given.store.remove({ ownerId: "ada", id });
      const waiting = await given.submit();
      await given.addWorker().sweep();
      expect(await given.stored(key)).toBeNull();
      expect((await given.generation(waiting)).state).toBe("queued");
    })();
  });

  it("waits until the engine has accepted its wakes, so that repeated sweeps do not overload it", () => {
    let accept = (): void => {};
    const accepting = new Promise<void>((resolve) => {
      accept = resolve;
    });
    let onEnqueued = (): void => {};
    const enqueued = new Promise<void>((resolve) => {
      onEnqueued = resolve;
    });
    const dispatcher: Dispatcher = {
      enqueue: () => {
        onEnqueued();
        return accepting;
      },
    };
    return bench({ provider: scriptedProvider() }, async (given) => {
      await given.submit();
      given.clock.skip(5_000);
      let isOver = false;
      const sweeping = given
        .addWorker({ dispatcher })
        .sweep()
        .finally(() => {
          isOver = true;
        });
      await enqueued;
      await given.store.ping();
      await given.store.ping();
      expect(isOver).toBe(false);
      accept();
      expect(await sweeping).toBe(1);
    })();
  });

  it("enqueues nothing after a stop", () =>
    bench({ provider: scriptedProvider() }, async (given) => {
      const { dispatcher, wakes } = recording();
      const worker = given.addWorker({ dispatcher });
      await given.submit();
      given.clock.skip(5_000);
      await worker.stop();
      expect([await worker.sweep(), wakes]).toEqual([0, []]);
    })());

  it("is part of a tick if the dispatcher delivers to an engine, and of no other tick", () =>
    bench({ provider: scriptedProvider() }, async (given) => {
      const { dispatcher, wakes } = recording();
      const subscribing = recording();
      const withOnWake = { ...subscribing.dispatcher, onWake: () => () => {} };
      const ids = [await given.submit(), await given.submit(), await given.submit()];
      given.clock.skip(5_000);
      const change = { concurrency: 1, random: () => 0.5 };
      await given.addWorker({ ...change, dispatcher: withOnWake }).tick();
      expect(subscribing.wakes.filter(({ dueInMs }) => dueInMs === 0)).toEqual([]);
      await given.addWorker({ ...change, dispatcher }).tick();
      const swept = wakes.filter(({ dueInMs }) => dueInMs === 0).map(({ generationId }) => generationId);
      expect(swept).toEqual(ids.slice(2));
    })());
});

describe("a started worker whose dispatcher has no onWake", () => {
  it("finds a submit of its own process within 5 seconds", () =>
    bench({ provider: scriptedProvider() }, async (given) => {
      const { dispatcher } = recording();
      const worker = given.addWorker({ dispatcher, store: given.store });
      worker.start();
      await given.clock.advance(60_000);
      const id = await given.submit();
      await given.clock.advance(5_000);
      expect((await given.generation(id)).state).not.toBe("queued");
    })());
});
