import { describe, expect, it } from "vitest";
import { accepted, done, scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { heldAnswer } from "../../../../testing/held-answer.js";
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
  it("interrupts a question and gives the generation back at once, without burning an attempt", async () => {
    const poll = heldAnswer<OperationStatus>();
    const provider = scriptedProvider({ poll: [poll.line, done()] });
    await bench({ provider }, async (given) => {
      const id = await given.submit();
      await given.runTo(id, "running");
      const step = given.nextStep();
      const signal = await poll.asked;
      await given.worker.stop();
      await step;
      expect(signal.aborted).toBe(true);

      const heir = given.addWorker();
      expect(await heir.tick()).toBe(1);
      expect(await given.generation(id)).toMatchObject({ state: "completed", attempts: 1, expiredLeases: 0 });
    })();
  });

  it("interrupts a question for a result as well, and takes no silence of the provider from it", async () => {
    const gone: OperationStatus = { type: "failed", failure: { code: "download_failed", message: "for the log" } };
    const poll = heldAnswer<OperationStatus>();
    const provider = scriptedProvider({ poll: [gone, gone, poll.line, done()] });
    await bench({ provider }, async (given) => {
      const id = await given.submit();
      await given.runTo(id, "storing");
      const step = given.nextStep();
      await poll.asked;
      await given.worker.stop();
      await step;
      expect(await given.addWorker().tick()).toBe(1);
      expect((await given.generation(id)).state).toBe("completed");
    })();
  });

  it("waits for no preview, and has its job asked about again at once", async () => {
    const put = heldAnswer<void>();
    const storage = memoryStorage();
    const hanging: Storage = {
      ...storage,
      put: (key, ...object) =>
        key.includes("/preview-") ? put.line({ signal: AbortSignal.abort() }) : storage.put(key, ...object),
    };
    const preview = { bytes: tinyPng(1), contentType: "image/png" };
    const provider = scriptedProvider({ poll: [{ type: "running", progress: 0.5, preview }, done()] });
    await bench({ provider, worker: { storage: hanging } }, async (given) => {
      const id = await given.submit();
      await given.runTo(id, "running");
      const step = given.nextStep();
      await put.asked;
      await given.worker.stop();
      await step;
      expect(await given.addWorker().tick()).toBe(1);
      expect((await given.generation(id)).state).toBe("completed");
    })();
  });

  it("lets a paid request and its record finish", async () => {
    const reply = heldAnswer<SubmitOutcome>();
    const provider = scriptedProvider({ submit: [reply.line] });
    await bench({ provider }, async (given) => {
      const id = await given.submit();
      const step = given.step();
      const signal = await reply.asked;
      const stopping = given.worker.stop();
      await given.clock.advance(19_999);
      expect(signal.aborted).toBe(false);
      reply.resolve(accepted({ job: "kept" }));
      await stopping;
      await step;
      expect(await given.generation(id)).toMatchObject({ state: "running", attempts: 1 });
      await given.runTo(id, undefined, given.addWorker());
      expect(provider.polls).toEqual([{ job: "kept" }]);
      expect(provider.submits).toHaveLength(1);
    })();
  });

  it.each([
    ["hears that it must end", true, "failed"],
    ["hears nothing, and may be answered late", false, "reconciling"],
  ])("takes the outcome for unknown when a paid request %s and the time is over", async (_what, isHearing, state) => {
    const reply = heldAnswer<SubmitOutcome>();
    await bench({ provider: scriptedProvider({ submit: [reply.line] }) }, async (given) => {
      const id = await given.submit();
      const step = given.step();
      const signal = await reply.asked;
      if (isHearing) signal.addEventListener("abort", () => reply.reject(signal.reason));
      const stopping = given.worker.stop();
      await given.clock.advance(21_000);
      await stopping;
      await step;
      expect(signal.aborted).toBe(true);
      expect(await given.generation(id)).toMatchObject({ state, attempts: 1 });
    })();
  });

  it("still takes a reply that comes while the provider is told to give up", async () => {
    const reply = heldAnswer<SubmitOutcome>();
    await bench({ provider: scriptedProvider({ submit: [reply.line] }) }, async (given) => {
      const id = await given.submit();
      const step = given.step();
      const signal = await reply.asked;
      const stopping = given.worker.stop();
      await given.clock.advance(20_500);
      expect(signal.aborted).toBe(true);
      reply.resolve(accepted());
      await stopping;
      await step;
      expect((await given.generation(id)).state).toBe("running");
    })();
  });

  it("claims nothing any more", async () => {
    await bench({ provider: scriptedProvider() }, async (given) => {
      await given.worker.stop();
      const id = await given.submit();
      given.worker.start();
      await given.clock.advance(60_000);
      expect(await given.worker.tick()).toBe(0);
      expect((await given.generation(id)).state).toBe("queued");
    })();
  });

  it("takes nothing from the outbox any more, so that others have it at once", async () => {
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

  it("gives back at once what was claimed while it began, and asks nobody", async () => {
    const provider = scriptedProvider();
    await bench({ provider }, async (given) => {
      const id = await given.submit();
      const answer = heldAnswer<null>();
      const claim: typeof given.store.claim = async (command) => {
        const claims = await given.store.claim(command);
        await answer.line({ signal: AbortSignal.abort() });
        return claims;
      };
      const worker = given.addWorker({ store: { ...given.store, claim } });
      const step = worker.tick();
      await answer.asked;
      const stopped = worker.stop();
      answer.resolve(null);
      await Promise.all([step, stopped]);
      expect(provider.submits).toEqual([]);
      expect(await given.generation(id)).toMatchObject({ state: "queued", attempts: 0 });
      expect(await given.addWorker().tick()).toBe(1);
    })();
  });

  it("leaves to others what was taken from the outbox while it began", async () => {
    const storage = memoryStorage();
    const removed: string[] = [];
    const counting = {
      ...storage,
      deleteAll: (prefix: string) => {
        removed.push(prefix);
        return storage.deleteAll(prefix);
      },
    };
    await bench({ provider: scriptedProvider(), worker: { storage: counting } }, async (given) => {
      const id = await given.submit();
      await given.runTo(id);
      await given.store.remove({ ownerId: "ada", id });
      const answer = heldAnswer<null>();
      const claimOutbox: typeof given.store.claimOutbox = async (command) => {
        const items = await given.store.claimOutbox(command);
        await answer.line({ signal: AbortSignal.abort() });
        return items;
      };
      const worker = given.addWorker({ store: { ...given.store, claimOutbox } });
      const step = worker.tick();
      await answer.asked;
      const stopped = worker.stop();
      answer.resolve(null);
      await Promise.all([step, stopped]);
      expect(removed).toEqual([]);
      await given.nextStep();
      expect(removed).toHaveLength(1);
    })();
  });

  it("for good lets the process end, whoever starts it again", async () => {
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

  it("twice waits for the same drain", async () => {
    const reply = heldAnswer<SubmitOutcome>();
    await bench({ provider: scriptedProvider({ submit: [reply.line] }) }, async (given) => {
      await given.submit();
      const step = given.step();
      await reply.asked;
      const ended: string[] = [];
      const first = given.worker.stop().then(() => ended.push("first"));
      const second = given.worker.stop().then(() => ended.push("second"));
      await given.clock.advance(1_000);
      expect(ended).toEqual([]);
      reply.resolve(accepted());
      await Promise.all([first, second, step]);
      expect(ended).toHaveLength(2);
    })();
  });

  it("gives back the outputs of a blocking provider only once they are safe", async () => {
    const reply = heldAnswer<SubmitOutcome>();
    const provider = scriptedProvider({ capabilities: { resumable: false }, submit: [reply.line] });
    await bench({ provider }, async (given) => {
      const id = await given.submit();
      const step = given.step();
      await reply.asked;
      const stopping = given.worker.stop();
      reply.resolve({ type: "done", outputs: done().outputs });
      await stopping;
      await step;
      expect((await given.runTo(id, undefined, given.addWorker())).state).toBe("completed");
      expect(provider.submits).toHaveLength(1);
      expect(await given.balance()).toBe(96);
    })();
  });
});
