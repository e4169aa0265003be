import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { blockingCall, holdingProgress, until, withCommand } from "../../../../testing/blocking-call.js";
import { heldCall } from "../../../../testing/held-call.js";
import { tinyPng } from "../../../../testing/tiny-png.js";
import { benchLeaseMs, workerBench } from "../../../../testing/worker-bench.js";
import type { Storage } from "../../ports/storage.js";
import { memoryStorage } from "../../storage/memory-storage.js";
import { libsqlStore } from "../../store/libsql/libsql-store.js";

const bench = workerBench({
  openStore: (path, now) => libsqlStore({ url: `file:${path}`, now, synchronous: "normal" }),
  createStorage: memoryStorage,
});

const image = (shade: number) => ({ bytes: tinyPng(shade), contentType: "image/png" });
const hashOf = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex").slice(0, 16);

describe("progress of a blocking call", () => {
  it("is written one report at a time, then the latest report", async () => {
    const { begin, provider, reportProgress } = blockingCall();
    await bench({ provider }, async (given) => {
      const { held, sent, store } = holdingProgress(given.store);
      const { id, finish } = await begin(given, { store });
      reportProgress({ progress: 0.1 });
      await given.clock.advance(5_000);
      for (const progress of [0.2, 0.3]) reportProgress({ progress });
      await given.clock.advance(5_000);
      expect(sent).toEqual([0.1]);
      held.resolve(null);
      await given.clock.advance(1_000);
      expect(sent).toEqual([0.1, 0.3]);
      expect(await given.generation(id)).toMatchObject({ progress: 0.3 });
      await finish();
    })();
  });

  it("does not delay the response, and leaves no preview when its write is too late", async () => {
    const { begin, provider, reportProgress } = blockingCall();
    await bench({ provider }, async (given) => {
      const { held, sent, store } = holdingProgress(given.store);
      const { id, finish } = await begin(given, { store });
      reportProgress({ progress: 0.5, preview: image(1) });
      await until(given, async () => sent.length === 1);
      const ended = await finish();
      expect(ended).toMatchObject({ state: "completed" });
      held.resolve(null);
      await given.clock.advance(0);
      expect(await given.generation(id)).toEqual(ended);
      const key = `${ended.storagePrefix}/preview-1-1-${hashOf(tinyPng(1))}`;
      expect(await given.stored(key)).toEqual(tinyPng(1));
      await given.step();
      expect(await given.stored(key)).toBeNull();
    })();
  });

  it("delays a drain until its write has settled", async () => {
    const { begin, provider, reportProgress } = blockingCall();
    await bench({ provider }, async (given) => {
      const { held, sent, store } = holdingProgress(given.store);
      const { finish, worker } = await begin(given, { store });
      reportProgress({ progress: 0.1 });
      await given.clock.advance(0);
      expect(sent).toEqual([0.1]);
      let isStopped = false;
      const stopping = worker.stop().then(() => {
        isStopped = true;
      });
      await finish();
      await given.clock.advance(0);
      expect(isStopped).toBe(false);
      held.resolve(null);
      await stopping;
    })();
  });

  it("drops a preview that hangs when the response arrives, without a log line", async () => {
    const storage = memoryStorage();
    const put = heldCall<void>();
    const hanging: Storage = {
      ...storage,
      put: (key, ...object) => (key.includes("/preview-") ? put.run() : storage.put(key, ...object)),
    };
    const { begin, provider, reportProgress } = blockingCall();
    await bench({ provider, worker: { storage: hanging } }, async (given) => {
      const { finish } = await begin(given);
      reportProgress({ progress: null, preview: image(1) });
      await put.called;
      expect(await finish()).toMatchObject({ state: "completed", version: 3, preview: null });
      put.resolve();
      await given.clock.advance(0);
      expect(given.log).toEqual([]);
    })();
  });

  it("is not written after the response", async () => {
    const { begin, provider, reportProgress } = blockingCall();
    await bench({ provider }, async (given) => {
      const { held, sent, store } = holdingProgress(given.store);
      held.resolve(null);
      const { id, finish } = await begin(given, { store });
      reportProgress({ progress: 0.1 });
      await given.clock.advance(0);
      reportProgress({ progress: 0.2 });
      const ended = await finish();
      reportProgress({ progress: 0.3 });
      await given.clock.advance(5_000);
      expect(sent).toEqual([0.1]);
      expect(await given.generation(id)).toEqual(ended);
    })();
  });

  it("takes no effect and logs nothing when another worker has the generation", async () => {
    const { begin, provider, response, reportProgress } = blockingCall();
    await bench({ provider }, async (given) => {
      const { sent, held, store } = holdingProgress(given.store);
      held.resolve(null);
      // Its renewals never resolve, so it does not notice that it lost the lease.
      const withoutRenewal = withCommand(store, "renew", () => new Promise(() => {}));
      const { id } = await begin(given, { store: withoutRenewal });
      given.clock.skip(benchLeaseMs);
      await given.addWorker().tick();
      const before = await given.generation(id);
      expect(before.state).toBe("reconciling");
      reportProgress({ progress: 0.5, preview: image(1) });
      await until(given, async () => sent.length === 1);
      await given.clock.advance(0);
      reportProgress({ progress: 0.6 });
      await given.clock.advance(1_000);
      expect(sent).toEqual([0.5]);
      expect(await given.generation(id)).toEqual(before);
      const key = `${before.storagePrefix}/preview-1-1-${hashOf(tinyPng(1))}`;
      expect(await given.stored(key)).toEqual(tinyPng(1));
      await given.addWorker().tick();
      expect(await given.stored(key)).toBeNull();
      expect(given.log).toEqual([]);
      response.reject(new Error("gone"));
    })();
  });

  it("is not written after the lease is lost", async () => {
    const { begin, provider, response, reportProgress } = blockingCall();
    await bench({ provider }, async (given) => {
      const { sent, store } = holdingProgress(given.store);
      await begin(given, { store });
      given.clock.skip(benchLeaseMs);
      await given.addWorker().tick();
      await given.clock.advance(0);
      reportProgress({ progress: 0.5 });
      await given.clock.advance(0);
      expect(sent).toEqual([]);
      response.reject(new Error("gone"));
    })();
  });

  it("changes no outcome when the worker crashes after a report, and leaves no preview", async () => {
    const { begin, provider, reportProgress } = blockingCall();
    await bench({ provider, worker: { reconcileForMs: 1_000 } }, async (given) => {
      const { id } = await begin(given);
      reportProgress({ progress: 0.5, preview: image(1) });
      await until(given, async () => (await given.generation(id)).preview !== null);
      const { preview } = await given.generation(id);
      // The worker that holds the lease never comes back.
      given.clock.skip(benchLeaseMs);
      const other = given.addWorker();
      const ended = await given.runTo(id, "failed", other);
      expect(ended).toMatchObject({ failureCode: "outcome_unknown", refundedCredits: 4, attempts: 1 });
      await other.tick();
      expect(await given.stored(preview?.storageKey)).toBeNull();
      expect(provider.submits).toHaveLength(1);
    })();
  });
});
