import { describe, expect, it } from "vitest";
import { accepted, done, scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { heldCall } from "../../../../testing/held-call.js";
import { tinyPng } from "../../../../testing/tiny-png.js";
import { workerBench } from "../../../../testing/worker-bench.js";
import type { OperationStatus, SubmitOutcome } from "../../ports/provider.js";
import type { Storage } from "../../ports/storage.js";
import { memoryStorage } from "../../storage/memory-storage.js";
import { libsqlStore } from "../../store/libsql/libsql-store.js";

const bench = workerBench({
  openStore: (path, now) => libsqlStore({ url: `file:${path}`, now, synchronous: "normal" }),
  createStorage: memoryStorage,
});

describe("stopping a worker", () => {
  it("interrupts a poll and releases the generation at once, without using up an attempt", async () => {
    const poll = heldCall<OperationStatus>();
    const provider = scriptedProvider({ poll: [poll.line, done()] });
    await bench({ provider }, async (given) => {
      const id = await given.submit();
      await given.runTo(id, "running");
      const step = given.nextStep();
      const signal = await poll.called;
      await given.worker.stop();
      await step;
      expect(signal.aborted).toBe(true);

      const next = given.addWorker();
      expect(await next.tick()).toBe(1);
      expect(await given.generation(id)).toMatchObject({ state: "completed", attempts: 1, expiredLeases: 0 });
    })();
  });

  it("interrupts a poll for a result, and does not count it as a failed try", async () => {
    const undelivered: OperationStatus = {
      type: "failed",
      failure: { code: "download_failed", message: "for the log" },
    };
    const poll = heldCall<OperationStatus>();
    const provider = scriptedProvider({ poll: [undelivered, undelivered, poll.line, done()] });
    await bench({ provider }, async (given) => {
      const id = await given.submit();
      await given.runTo(id, "storing");
      const step = given.nextStep();
      await poll.called;
      await given.worker.stop();
      await step;
      expect(await given.addWorker().tick()).toBe(1);
      expect((await given.generation(id)).state).toBe("completed");
    })();
  });

  it("does not wait for a preview, and makes the next poll due at once", async () => {
    const put = heldCall<void>();
    const storage = memoryStorage();
    const hanging: Storage = {
      ...storage,
      put: (key, ...object) => (key.includes("/preview-") ? put.run() : storage.put(key, ...object)),
    };
    const preview = { bytes: tinyPng(1), contentType: "image/png" };
    const provider = scriptedProvider({ poll: [{ type: "running", progress: 0.5, preview }, done()] });
    await bench({ provider, worker: { storage: hanging } }, async (given) => {
      const id = await given.submit();
      await given.runTo(id, "running");
      const step = given.nextStep();
      await put.called;
      await given.worker.stop();
      await step;
      expect(await given.addWorker().tick()).toBe(1);
      expect((await given.generation(id)).state).toBe("completed");
    })();
  });

  it("waits for a paid request and its record", async () => {
    const response = heldCall<SubmitOutcome>();
    const provider = scriptedProvider({ submit: [response.line] });
    await bench({ provider }, async (given) => {
      const id = await given.submit();
      const step = given.step();
      const signal = await response.called;
      const stopping = given.worker.stop();
      await given.clock.advance(19_999);
      expect(signal.aborted).toBe(false);
      response.resolve(accepted({ job: "recorded" }));
      await stopping;
      await step;
      expect(await given.generation(id)).toMatchObject({ state: "running", attempts: 1 });
      await given.runTo(id, undefined, given.addWorker());
      expect(provider.polls).toEqual([{ job: "recorded" }]);
      expect(provider.submits).toHaveLength(1);
    })();
  });

  it.each([
    ["rejects on abort", true, "failed"],
    ["ignores the abort", false, "reconciling"],
  ])(
    "treats the outcome as unknown when the drain times out and the paid request %s",
    async (_case, rejectsOnAbort, state) => {
      const response = heldCall<SubmitOutcome>();
      await bench({ provider: scriptedProvider({ submit: [response.line] }) }, async (given) => {
        const id = await given.submit();
        const step = given.step();
        const signal = await response.called;
        if (rejectsOnAbort) signal.addEventListener("abort", () => response.reject(signal.reason));
        const stopping = given.worker.stop();
        await given.clock.advance(21_000);
        await stopping;
        await step;
        expect(signal.aborted).toBe(true);
        expect(await given.generation(id)).toMatchObject({ state, attempts: 1 });
      })();
    },
  );

  it("records a response that arrives within a second of the abort", async () => {
    const response = heldCall<SubmitOutcome>();
    await bench({ provider: scriptedProvider({ submit: [response.line] }) }, async (given) => {
      const id = await given.submit();
      const step = given.step();
      const signal = await response.called;
      const stopping = given.worker.stop();
      await given.clock.advance(20_500);
      expect(signal.aborted).toBe(true);
      response.resolve(accepted());
      await stopping;
      await step;
      expect((await given.generation(id)).state).toBe("running");
    })();
  });

  it("claims nothing afterwards", async () => {
    await bench({ provider: scriptedProvider() }, async (given) => {
      await given.worker.stop();
      const id = await given.submit();
      given.worker.start();
      await given.clock.advance(60_000);
      expect(await given.worker.tick()).toBe(0);
      expect((await given.generation(id)).state).toBe("queued");
    })();
  });

  it("leaves the outbox to other workers afterwards", async () => {
    await bench({ provider: scriptedProvider() }, async (given) => {
      const id = await given.submit();
      const [output] = (await given.runTo(id)).outputs;
      await given.store.remove({ ownerId: "ada", id });
      await given.worker.stop();
      await given.worker.tick();
      expect(await given.stored(output?.storageKey)).not.toBeNull();
      await given.addWorker().tick();
      expect(await given.stored(output?.storageKey)).toBeNull();
    })();
  });

  it("releases at once a generation that was claimed while the drain began", async () => {
    const provider = scriptedProvider();
    await bench({ provider }, async (given) => {
      const id = await given.submit();
      const claiming = heldCall<null>();
      const claim: typeof given.store.claim = async (command) => {
        const claims = await given.store.claim(command);
        await claiming.run();
        return claims;
      };
      const worker = given.addWorker({ store: { ...given.store, claim } });
      const step = worker.tick();
      await claiming.called;
      const stopped = worker.stop();
      claiming.resolve(null);
      await Promise.all([step, stopped]);
      expect(provider.submits).toEqual([]);
      expect(await given.generation(id)).toMatchObject({ state: "queued", attempts: 0 });
      expect(await given.addWorker().tick()).toBe(1);
    })();
  });

  it("leaves outbox items that were claimed while the drain began to other workers", async () => {
    const storage = memoryStorage();
    const deleted: string[] = [];
    const counting = {
      ...storage,
      deleteAll: (prefix: string) => {
        deleted.push(prefix);
        return storage.deleteAll(prefix);
      },
    };
    await bench({ provider: scriptedProvider(), worker: { storage: counting } }, async (given) => {
      const id = await given.submit();
      await given.runTo(id);
      await given.store.remove({ ownerId: "ada", id });
      const claiming = heldCall<null>();
      const claimOutbox: typeof given.store.claimOutbox = async (command) => {
        const items = await given.store.claimOutbox(command);
        await claiming.run();
        return items;
      };
      const worker = given.addWorker({ store: { ...given.store, claimOutbox } });
      const step = worker.tick();
      await claiming.called;
      const stopped = worker.stop();
      claiming.resolve(null);
      await Promise.all([step, stopped]);
      expect(deleted).toEqual([]);
      await given.nextStep();
      expect(deleted).toHaveLength(1);
    })();
  });

  it("lets the process exit, also after another `start`", async () => {
    let held = 0;
    const keepAlive = () => {
      held += 1;
      return () => {
        held -= 1;
      };
    };
    await bench({ provider: scriptedProvider(), worker: { keepAlive } }, async ({ worker }) => {
      worker.start();
      expect([held, worker.isStarted]).toEqual([1, true]);
      await worker.stop();
      worker.start();
      expect([held, worker.isStarted]).toEqual([0, false]);
    })();
    await bench({ provider: scriptedProvider(), worker: { keepAlive } }, async ({ worker }) => {
      await worker.stop();
      worker.start();
      expect(held).toBe(0);
    })();
  });

  it("twice awaits the same drain", async () => {
    const response = heldCall<SubmitOutcome>();
    await bench({ provider: scriptedProvider({ submit: [response.line] }) }, async (given) => {
      await given.submit();
      const step = given.step();
      await response.called;
      const ended: string[] = [];
      const first = given.worker.stop().then(() => ended.push("first"));
      const second = given.worker.stop().then(() => ended.push("second"));
      await given.clock.advance(1_000);
      expect(ended).toEqual([]);
      response.resolve(accepted());
      await Promise.all([first, second, step]);
      expect(ended).toHaveLength(2);
    })();
  });

  it("waits until the outputs of a blocking provider are stored", async () => {
    const response = heldCall<SubmitOutcome>();
    const provider = scriptedProvider({ capabilities: { resumable: false }, submit: [response.line] });
    await bench({ provider }, async (given) => {
      const id = await given.submit();
      const step = given.step();
      await response.called;
      const stopping = given.worker.stop();
      response.resolve({ type: "done", outputs: done().outputs });
      await stopping;
      await step;
      expect((await given.runTo(id, undefined, given.addWorker())).state).toBe("completed");
      expect(provider.submits).toHaveLength(1);
      expect(await given.balance()).toBe(96);
    })();
  });
});
