import { describe, expect, it } from "vitest";
import { accepted, done, scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { tinyMp4 } from "../../../../testing/media/tiny-media.js";
import { type WorkerBench, workerBench } from "../../../../testing/worker-bench.js";
import type { OperationStatus } from "../../ports/provider.js";
import type { SubmitCommand } from "../../ports/store/submit-commands.js";
import { memoryStorage } from "../../storage/memory-storage.js";
import { libsqlStore } from "../../store/libsql/libsql-store.js";

const bench = workerBench({
  openStore: (path, now) => libsqlStore({ url: `file:${path}`, now, synchronous: "normal" }),
  createStorage: memoryStorage,
});

const soon: OperationStatus = { type: "queued", queuePosition: null, pollAfterMs: 8_000 };

/** Completes `count` generations, each after about eight seconds. */
async function complete(given: WorkerBench, count: number, change: Partial<SubmitCommand> = {}): Promise<void> {
  for (let made = 0; made < count; made += 1) {
    const id = await given.submit(change);
    await given.runTo(id, "running");
    const { startedAt } = await given.generation(id);
    given.clock.skip((startedAt ?? 0) + 8_000 - given.clock.now());
    await given.runTo(id);
  }
}

describe("the timings of a worker", () => {
  it("estimate the end of a generation after three runs, when it starts", async () => {
    await bench({ provider: scriptedProvider({ poll: [done()] }) }, async (given) => {
      await complete(given, 2);
      const early = await given.submit();
      expect(await given.runTo(early, "running")).toMatchObject({ expectedAt: null, progressSource: "estimate" });
      await given.runTo(early);
      await complete(given, 1);
      const { expectedAt, startedAt } = await given.runTo(await given.submit(), "running");
      expect((expectedAt ?? 0) - (startedAt ?? 0)).toBeGreaterThan(7_000);
      expect((expectedAt ?? 0) - (startedAt ?? 0)).toBeLessThan(9_000);
    })();
  });

  it("are those of clips of the same length and resolution", async () => {
    const clip = (duration: number) => ({ kind: "video", parsedInput: { duration, resolution: "720p" } }) as const;
    const outputs = [{ bytes: tinyMp4(), contentType: "video/mp4" }];
    await bench({ provider: scriptedProvider({ poll: [{ type: "done", outputs }] }) }, async (given) => {
      await complete(given, 3, clip(4));
      const [known, other] = [await given.submit(clip(4)), await given.submit(clip(8))];
      expect((await given.runTo(known, "running")).expectedAt).not.toBeNull();
      expect((await given.runTo(other, "running")).expectedAt).toBeNull();
    })();
  });

  it("are shared with every worker within ten seconds, and across a restart", async () => {
    await bench({ provider: scriptedProvider({ poll: [done()] }) }, async (given) => {
      await complete(given, 3);
      await given.clock.advance(10_000);
      const other = given.addWorker();
      await given.runTo(await given.submit(), undefined, other);
      const { expectedAt } = await given.runTo(await given.submit(), "running", other);
      expect(expectedAt).not.toBeNull();
    })();
  });

  it("are written before a stop", async () => {
    await bench({ provider: scriptedProvider({ poll: [done()] }) }, async (given) => {
      await complete(given, 1);
      await given.worker.stop();
      expect(await given.store.readTimings({ models: ["demo"] })).toHaveLength(1);
    })();
  });

  it("are not written if nothing completed", async () => {
    await bench({ provider: scriptedProvider({ poll: [soon] }) }, async (given) => {
      await given.runTo(await given.submit(), "running");
      await given.clock.advance(20_000);
      expect(await given.store.readTimings({ models: ["demo"] })).toEqual([]);
    })();
  });

  it("cause no command if there is nothing to write", async () => {
    await bench({ provider: scriptedProvider() }, async (given) => {
      let writes = 0;
      const addTimings: typeof given.store.addTimings = (timings) => {
        writes += 1;
        return given.store.addTimings(timings);
      };
      const idle = given.addWorker({ store: { ...given.store, addTimings } });
      idle.start();
      await given.clock.advance(20_000);
      await idle.stop();
      expect(writes).toBe(0);
    })();
  });

  it("are read once a minute, however many generations begin", async () => {
    await bench({ provider: scriptedProvider({ poll: [soon] }) }, async (given) => {
      let reads = 0;
      const readTimings: typeof given.store.readTimings = (query) => {
        reads += 1;
        return given.store.readTimings(query);
      };
      const worker = given.addWorker({ store: { ...given.store, readTimings } });
      const begin = async (): Promise<number> => {
        for (let count = 0; count < 3; count += 1) await given.submit();
        await worker.tick();
        return reads;
      };
      expect(await begin()).toBe(1);
      given.clock.skip(59_999);
      expect(await begin()).toBe(1);
      given.clock.skip(1);
      expect(await begin()).toBe(2);
    })();
  });

  it("ignore a generation with a second attempt", async () => {
    const refused = { type: "rejected", failure: { code: "rate_limited", message: "later" } } as const;
    await bench({ provider: scriptedProvider({ submit: [refused, accepted()] }) }, async (given) => {
      expect((await given.runTo(await given.submit())).state).toBe("completed");
      await given.clock.advance(10_000);
      expect(await given.store.readTimings({ models: ["demo"] })).toEqual([]);
    })();
  });

  it("ignore a generation that another worker has", async () => {
    await bench({ provider: scriptedProvider() }, async (given) => {
      await given.runTo(await given.submit(), "running");
      const late = given.addWorker({ store: { ...given.store, settle: async () => ({ type: "lost" }) } });
      await given.nextStep(late);
      await late.stop();
      expect(await given.store.readTimings({ models: ["demo"] })).toEqual([]);
    })();
  });

  it("are not used for progress if the provider reports it", async () => {
    const running: OperationStatus = { type: "running", progress: 0.3 };
    const provider = scriptedProvider({ capabilities: { progress: true }, poll: [running, done()] });
    await bench({ provider }, async (given) => {
      const id = await given.submit();
      expect(await given.runTo(id, "running")).toMatchObject({ progressSource: "none" });
      await given.nextStep();
      expect(await given.generation(id)).toMatchObject({ progressSource: "provider", progress: 0.3 });
    })();
  });
});
