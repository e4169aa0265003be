import { describe, expect, it } from "vitest";
import { done, scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { workerBench } from "../../../../testing/worker-bench.js";
import type { OperationStatus } from "../../ports/provider.js";
import type { Storage } from "../../ports/storage.js";
import { memoryStorage } from "../../storage/memory-storage.js";
import { libsqlStore } from "../../store/libsql/libsql-store.js";

const bench = workerBench({
  openStore: (path, now) => libsqlStore({ url: `file:${path}`, now, synchronous: "normal" }),
  createStorage: memoryStorage,
});

/** A storage that rejects the output with the index 3, the first `times` times. */
function refusingLast(times = Number.POSITIVE_INFINITY): Storage {
  const storage = memoryStorage();
  let refused = 0;
  return {
    ...storage,
    put: async (key, ...rest) => {
      if (key.includes("/3-") && refused++ < times) throw new Error("no space left on device");
      await storage.put(key, ...rest);
    },
  };
}

const failed = (code: "result_expired" | "job_lost"): OperationStatus => ({
  type: "failed",
  failure: { code, message: "purged" },
});

describe("a worker that has stored a part of a result", () => {
  it.each<[string, OperationStatus]>([
    ["as expired", failed("result_expired")],
    ["as lost", failed("job_lost")],
    ["as canceled", { type: "canceled" }],
    ["as done without outputs", { type: "done", outputs: [] }],
  ])("completes with the stored outputs when the provider then reports the job %s", async (_case, gone) => {
    const provider = scriptedProvider({ poll: [done(1, 2, 3, 4), gone] });
    await bench({ provider, worker: { storage: refusingLast() } }, async (given) => {
      const generation = await given.runTo(await given.submit({ requestedOutputs: 4 }));
      expect(generation).toMatchObject({ state: "completed", refundedCredits: 1 });
      expect(generation.outputs.map(({ index }) => index)).toEqual([0, 1, 2]);
      expect(await given.balance()).toBe(97);
    })();
  });

  it("keeps stored outputs that the provider does not return again, in order", async () => {
    const poll = [done(1, 2, 3, 4), done(1)];
    await bench({ provider: scriptedProvider({ poll }), worker: { storage: refusingLast() } }, async (given) => {
      const generation = await given.runTo(await given.submit({ requestedOutputs: 4 }));
      expect(generation).toMatchObject({ state: "completed", refundedCredits: 1 });
      expect(generation.outputs.map(({ index }) => index)).toEqual([0, 1, 2]);
    })();
  });

  it("counts the duration of a stored result, but not the wait until the end of the grace", async () => {
    const timings = async (storage: Storage): Promise<readonly number[]> => {
      const counts: number[] = [];
      const provider = scriptedProvider({ poll: [done(1, 2, 3, 4)] });
      await bench({ provider, worker: { storage } }, async (given) => {
        const generation = await given.runTo(await given.submit({ requestedOutputs: 4 }));
        expect(generation.state).toBe("completed");
        await given.worker.stop();
        counts.push(...(await given.store.readTimings({ models: ["demo"] })).map(({ count }) => count));
      })();
      return counts;
    };
    expect(await timings(refusingLast(1))).toEqual([1]);
    expect(await timings(refusingLast())).toEqual([]);
  });
});
