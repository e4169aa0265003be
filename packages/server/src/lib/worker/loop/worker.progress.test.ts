import { describe, expect, it } from "vitest";
import { blockingCall, until, withCommand } from "../../../../testing/blocking-call.js";
import { accepted, scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { tinyPng } from "../../../../testing/tiny-png.js";
import { workerBench } from "../../../../testing/worker-bench.js";
import type { SubmitProgress } from "../../ports/provider.js";
import type { Storage } from "../../ports/storage.js";
import { StoreUnavailable } from "../../ports/store/store-unavailable.js";
import { memoryStorage } from "../../storage/memory-storage.js";
import { libsqlStore } from "../../store/libsql/libsql-store.js";

const bench = workerBench({
  openStore: (path, now) => libsqlStore({ url: `file:${path}`, now, synchronous: "normal" }),
  createStorage: memoryStorage,
});

const image = (shade: number) => ({ bytes: tinyPng(shade), contentType: "image/png" });

describe("a worker whose provider blocks", () => {
  it("records the latest report once a second, and publishes a hint to each gallery", async () => {
    const { begin, provider, reportProgress } = blockingCall();
    await bench({ provider }, async (given) => {
      const { id, finish } = await begin(given);
      const seen = async () => {
        const { progress, state, version } = await given.generation(id);
        return [state, progress, version];
      };
      given.hints.length = 0;
      reportProgress({ progress: 0.1 });
      await given.clock.advance(0);
      expect(await seen()).toEqual(["submitting", 0.1, 3]);
      expect(given.hints).toEqual(["ada", "team:everyone"]);

      for (const progress of [0.2, 0.4, 0.3]) reportProgress({ progress });
      await given.clock.advance(999);
      expect(await seen()).toEqual(["submitting", 0.1, 3]);
      await given.clock.advance(1);
      expect(await seen()).toEqual(["submitting", 0.3, 4]);

      await given.clock.advance(1_000);
      reportProgress({ progress: 0.2 });
      await given.clock.advance(1_000);
      expect(await seen()).toEqual(["submitting", 0.3, 4]);
      expect(await finish()).toMatchObject({ state: "completed", progressSource: "provider", attempts: 1 });
    })();
  });

  it("keeps the estimate if the provider reports no progress", async () => {
    const { begin, provider, reportProgress } = blockingCall({ progress: false });
    await bench({ provider }, async (given) => {
      const { id, finish } = await begin(given);
      reportProgress({ progress: null, preview: image(1) });
      await until(given, async () => (await given.generation(id)).preview !== null);
      expect(await given.generation(id)).toMatchObject({ progress: null, progressSource: "estimate" });
      await finish();
    })();
  });

  it("stores each preview under its own key, and leaves none behind", async () => {
    const { begin, provider, reportProgress } = blockingCall();
    await bench({ provider }, async (given) => {
      const { id, finish } = await begin(given);
      const keys: string[] = [];
      for (const shade of [1, 2, 1]) {
        reportProgress({ progress: null, preview: image(shade) });
        // A report without a preview keeps the previous one.
        reportProgress({ progress: shade / 10 + keys.length / 10 });
        await given.clock.advance(1_000);
        await until(given, async () => {
          const { preview } = await given.generation(id);
          return preview !== null && !keys.includes(preview.storageKey);
        });
        const { preview } = await given.generation(id);
        expect(await given.stored(preview?.storageKey)).toEqual(tinyPng(shade));
        keys.push(preview?.storageKey ?? "");
        await given.clock.advance(2_000);
      }
      const { outputs, state } = await finish();
      expect([state, new Set(keys).size]).toEqual(["completed", 3]);
      await given.step();
      for (const key of keys) expect(await given.stored(key)).toBeNull();
      expect(await given.stored(outputs[0]?.storageKey)).toEqual(tinyPng());
    })();
  });

  it("records a preview and progress of the same second together, and keeps the key of an unchanged preview", async () => {
    const { begin, provider, reportProgress } = blockingCall();
    await bench({ provider }, async (given) => {
      const { id, finish } = await begin(given);
      const versionIs = (version: number) => async () => (await given.generation(id)).version === version;
      reportProgress({ progress: 0.1 });
      await given.clock.advance(0);
      reportProgress({ progress: null, preview: image(1) });
      reportProgress({ progress: 0.2 });
      await given.clock.advance(1_000);
      await until(given, versionIs(4));
      const first = await given.generation(id);
      expect(first).toMatchObject({ progress: 0.2, preview: { contentType: "image/png" } });
      reportProgress({ progress: 0.3 });
      reportProgress({ progress: null, preview: image(1) });
      await given.clock.advance(1_000);
      await until(given, versionIs(5));
      expect(await given.generation(id)).toMatchObject({ progress: 0.3, preview: first.preview });
      await finish();
    })();
  });

  it("ignores invalid reports without throwing", async () => {
    const { begin, provider, reportProgress } = blockingCall();
    await bench({ provider }, async (given) => {
      const { id, finish } = await begin(given);
      const malicious = {
        get progress(): number {
          throw new Error("not today");
        },
      };
      const { version } = await given.generation(id);
      const nonsense: unknown[] = [null, undefined, 7, "half", {}, { progress: Number.NaN }, { progress: "0.5" }];
      const previews: unknown[] = [{ progress: null, preview: { bytes: "png" } }, malicious];
      for (const report of [...nonsense, ...previews]) {
        // Hosts write providers too, and types do not hold at run time.
        expect(() => reportProgress(report as SubmitProgress)).not.toThrow();
        await given.clock.advance(1_000);
      }
      expect((await given.generation(id)).version).toBe(version);
      expect(given.log).toEqual(["warn Could not record progress."]);
      reportProgress({ progress: 7 });
      await given.clock.advance(0);
      expect(await given.generation(id)).toMatchObject({ progress: 0.99 });
      expect(await finish()).toMatchObject({ state: "completed" });
    })();
  });

  it("continues to record progress after a failing storage and an unavailable store", async () => {
    const storage = memoryStorage();
    const failing: Storage = {
      ...storage,
      put: (key, ...object) =>
        key.includes("/preview-") ? Promise.reject(new Error("no space left on device")) : storage.put(key, ...object),
    };
    const { begin, provider, reportProgress } = blockingCall();
    await bench({ provider, worker: { storage: failing } }, async (given) => {
      let isDown = true;
      let sent = 0;
      const store = withCommand(given.store, "recordProgress", async (command) => {
        sent += 1;
        if (isDown) throw new StoreUnavailable("The network is down.");
        return given.store.recordProgress(command);
      });
      const { id, finish } = await begin(given, { store });
      reportProgress({ progress: null, preview: image(1) });
      await until(given, async () => given.log.length > 0);
      await given.clock.advance(1_000);
      expect(sent).toBe(0);
      reportProgress({ progress: 0.1, preview: image(1) });
      await until(given, async () => sent > 0);
      await given.clock.advance(3_000);
      expect(await given.generation(id)).toMatchObject({ progress: null });
      isDown = false;
      await given.clock.advance(60_000);
      expect(await given.generation(id)).toMatchObject({ progress: 0.1, preview: null });
      isDown = true;
      reportProgress({ progress: 0.2 });
      expect(await finish()).toMatchObject({ state: "completed", attempts: 1 });
      await given.clock.advance(0);
      const sentByThen = sent;
      await given.clock.advance(10_000);
      expect(sent).toBe(sentByThen);
    })();
  });
});

describe("a worker whose provider returns a job", () => {
  it("ignores reports of the paid request, because polls report the progress", async () => {
    const provider = scriptedProvider({
      submit: [
        (request) => {
          request.onProgress({ progress: 0.5 });
          return accepted();
        },
      ],
    });
    await bench({ provider }, async (given) => {
      const id = await given.submit();
      await given.step();
      expect(await given.generation(id)).toMatchObject({ state: "running", progress: null, version: 2 });
    })();
  });
});

describe("a worker that polls a job", () => {
  it("writes no progress for a preview that cannot be stored", async () => {
    const preview = { bytes: new TextEncoder().encode("no image"), contentType: "image/png" };
    const provider = scriptedProvider({ poll: [{ type: "running", progress: null, preview, pollAfterMs: 1_000 }] });
    await bench({ provider }, async (given) => {
      const id = await given.submit();
      const { version } = await given.runTo(id, "running");
      await given.nextStep();
      expect(provider.polls).toHaveLength(1);
      expect(await given.generation(id)).toMatchObject({ version, progressAt: null });
    })();
  });
});
