import { describe, expect, it } from "vitest";
import { accepted, done, scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { wakeable } from "../../../../testing/fakes/wakeable.js";
import { heldCall } from "../../../../testing/held-call.js";
import { tinyPng } from "../../../../testing/tiny-png.js";
import { workerBench } from "../../../../testing/worker-bench.js";
import type { GenerationRecord } from "../../generation/generation-record.js";
import { lateBytesMs } from "../../ports/late-bytes.js";
import type { OperationStatus } from "../../ports/provider.js";
import type { Storage } from "../../ports/storage.js";
import type { Store } from "../../ports/store/store.js";
import { memoryStorage } from "../../storage/memory-storage.js";
import { libsqlStore } from "../../store/libsql/libsql-store.js";
import { outboxTopics } from "../outbox/drain-outbox.js";

const bench = workerBench({
  openStore: (path, now) => libsqlStore({ url: `file:${path}`, now, synchronous: "normal" }),
  createStorage: memoryStorage,
});

const nothingLeft = { models: ["demo"], topics: outboxTopics };
const withPreview: OperationStatus = {
  type: "running",
  progress: 0.5,
  preview: { bytes: tinyPng(7), contentType: "image/png" },
};

/** A storage that records every key that was put. */
function recording(): Storage & { readonly keys: Set<string> } {
  const storage = memoryStorage();
  const keys = new Set<string>();
  return {
    ...storage,
    keys,
    put: async (key, ...rest) => {
      keys.add(key);
      await storage.put(key, ...rest);
    },
  };
}

describe("the outbox of a worker", () => {
  it("deletes all bytes of a deleted generation, and retries when the storage fails", async () => {
    const storage = memoryStorage();
    let isFailing = true;
    const failing: Storage = {
      ...storage,
      deleteAll: async (prefix) => {
        if (isFailing) throw new Error("permission denied");
        await storage.deleteAll(prefix);
      },
    };
    const provider = scriptedProvider({ poll: [withPreview, done(1, 2)] });
    await bench({ provider, worker: { storage: failing } }, async (given) => {
      const id = await given.submit({ requestedOutputs: 2 });
      const keys = (await given.runTo(id)).outputs.map(({ storageKey }) => storageKey);
      await given.store.remove({ ownerId: "ada", id });
      await given.step();
      expect(await given.stored(keys[0])).toEqual(tinyPng(1));
      isFailing = false;
      await given.nextStep();
      expect(await Promise.all(keys.map((key) => given.stored(key)))).toEqual([null, null]);
      // The second deletion.
      await given.nextStep();
      expect(await given.store.nextDueInMs(nothingLeft)).toBeNull();
    })();
  });

  it.each(["completed", "failed"] as const)(
    "deletes the bytes that a lost `put` stores after the deletion of a %s generation",
    async (state) => {
      const storage = memoryStorage();
      const lost: Parameters<Storage["put"]>[] = [];
      const losing: Storage = {
        ...storage,
        put: async (...put) => {
          if (state === "completed" && lost.length > 0) return storage.put(...put);
          lost.push(put);
          throw new Error("The connection was lost.");
        },
      };
      const gone: OperationStatus = { type: "failed", failure: { code: "result_expired", message: "gone" } };
      const provider = scriptedProvider({ poll: [done(1), state === "completed" ? done(1) : gone] });
      await bench({ provider, worker: { storage: losing } }, async (given) => {
        const id = await given.submit();
        expect((await given.runTo(id)).state).toBe(state);
        if (state === "completed") await given.store.remove({ ownerId: "ada", id });
        await given.step();
        const stored = () => given.stored(lost[0]?.[0]);
        expect(await stored()).toBeNull();
        await given.clock.advance(lateBytesMs - 1);
        for (const put of lost) await storage.put(...put);
        expect(await stored()).toEqual(tinyPng(1));
        await given.nextStep();
        expect(await stored()).toBeNull();
        expect(await given.store.nextDueInMs(nothingLeft)).toBeNull();
      })();
    },
  );

  it("deletes bytes while a host does not respond to an announcement", async () => {
    const announcer = { targets: ["hook"] as const, announce: () => new Promise<void>(() => {}) };
    const provider = scriptedProvider({ poll: [done(1)] });
    await bench({ provider, worker: { announcer } }, async (given) => {
      const id = await given.submit();
      const [output] = (await given.runTo(id)).outputs;
      const announcing = given.step();
      await given.store.remove({ ownerId: "ada", id });
      const deleting = given.step();
      while ((await given.stored(output?.storageKey)) !== null) await given.clock.advance(1);
      await given.clock.advance(30_000);
      await Promise.all([announcing, deleting]);
    })();
  });

  it("cancels an abandoned job while the storage hangs on a deletion", async () => {
    const deletion = heldCall<void>();
    const provider = scriptedProvider({
      submit: [accepted({ job: 1 }), accepted({ job: 7 })],
      poll: [done(1), { type: "running", progress: 0.5 }],
      cancel: ["canceled"],
    });
    const storage = { ...memoryStorage(), deleteAll: () => deletion.line({ signal: new AbortController().signal }) };
    await bench({ provider, worker: { storage } }, async (given) => {
      const id = await given.submit();
      await given.runTo(id);
      await given.submit({ deadlineMs: 20_000 });
      await given.step();
      await given.store.remove({ ownerId: "ada", id });
      const steps = [given.step()];
      await deletion.called;
      await given.clock.advance(20_000);
      // Within a second: the deletion hangs for ten more.
      for (let ms = 0; ms < 1_000 && provider.cancels.length === 0; ms += 1) {
        steps.push(given.step());
        await given.clock.advance(1);
      }
      expect(provider.cancels).toEqual([{ job: 7 }]);
      await given.clock.advance(30_000);
      await Promise.all(steps);
    })();
  });

  it("is drained by a worker without a free slot, also after the clock was set back", async () => {
    const provider = scriptedProvider({ submit: [{ type: "accepted", operation: 1 }, () => new Promise(() => {})] });
    await bench({ provider }, async (given) => {
      const id = await given.submit();
      const keys = (await given.runTo(id)).outputs.map(({ storageKey }) => storageKey);
      const { dispatcher, wake } = wakeable();
      const worker = given.addWorker({ concurrency: 1, dispatcher });
      await given.submit();
      worker.start();
      await given.clock.advance(0);
      given.clock.skip(-3_600_000);
      await given.store.remove({ ownerId: "ada", id });
      wake();
      await given.clock.advance(0);
      expect(await given.stored(keys[0])).toBeNull();
    })();
  });

  it("deletes the outputs of a generation that failed after a worker stored some and crashed", async () => {
    const storage = recording();
    const put = storage.put;
    let isFull = false;
    const filling: Storage = {
      ...storage,
      put: async (key, ...rest) => {
        if (isFull) throw new Error("no space left on device");
        isFull = key.includes("/0-");
        await put(key, ...rest);
      },
    };
    const gone: OperationStatus = { type: "failed", failure: { code: "result_expired", message: "gone" } };
    const provider = scriptedProvider({ poll: [withPreview, done(1, 2), gone] });
    await bench({ provider, worker: { storage: filling } }, async (given) => {
      const id = await given.submit({ requestedOutputs: 2 });
      // The worker crashes before it records the stored output.
      const park: Store["park"] = async (command) =>
        command.to === "storing" ? { type: "lost" } : given.store.park(command);
      const crashing = given.addWorker({ store: { ...given.store, park } });
      while (storage.keys.size < 2) await given.nextStep(crashing);
      expect((await given.runTo(id)).state).toBe("failed");
      await given.step();
      expect(storage.keys.size).toBeGreaterThanOrEqual(2);
      for (const key of storage.keys) expect(await given.stored(key), key).toBeNull();
    })();
  });

  it("deletes the preview of a canceled generation", async () => {
    const storage = recording();
    const provider = scriptedProvider({ poll: [withPreview], cancel: ["canceled"] });
    await bench({ provider, worker: { storage } }, async (given) => {
      const id = await given.submit();
      await given.runTo(id, "running");
      await given.nextStep();
      expect(storage.keys.size).toBe(1);
      await given.cancel(id);
      expect((await given.runTo(id)).state).toBe("canceled");
      await given.step();
      for (const key of storage.keys) expect(await given.stored(key)).toBeNull();
    })();
  });

  it("continues when a deletion hangs, and retries it later", async () => {
    const storage = memoryStorage();
    const hanging = new Set<string>();
    const sometimes: Storage = {
      ...storage,
      deleteAll: (prefix) => (hanging.has(prefix) ? new Promise(() => {}) : storage.deleteAll(prefix)),
    };
    await bench({ provider: scriptedProvider(), worker: { storage: sometimes } }, async (given) => {
      const ids = [await given.submit(), await given.submit()];
      const ended: GenerationRecord[] = [];
      for (const id of ids) ended.push(await given.runTo(id));
      hanging.add(ended[0]?.storagePrefix ?? "");
      for (const id of ids) await given.store.remove({ ownerId: "ada", id });

      const step = given.step();
      await given.clock.advance(30_000);
      await step;
      const stored = () => Promise.all(ended.map(({ outputs }) => given.stored(outputs[0]?.storageKey)));
      expect(await stored()).toEqual([tinyPng(), null]);
      expect(given.log.filter((line) => line.startsWith("warn"))).toEqual([
        "warn Could not delete stored bytes; retrying.",
      ]);

      hanging.clear();
      await given.nextStep();
      expect(await stored()).toEqual([null, null]);
      // The second deletions.
      await given.nextStep();
      expect(await given.store.nextDueInMs(nothingLeft)).toBeNull();
    })();
  });
});
