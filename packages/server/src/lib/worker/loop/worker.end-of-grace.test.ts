import { describe, expect, it } from "vitest";
import { done, scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { type WorkerBench, workerBench } from "../../../../testing/worker-bench.js";
import type { OperationStatus } from "../../ports/provider.js";
import type { Storage } from "../../ports/storage.js";
import { memoryStorage } from "../../storage/memory-storage.js";
import { libsqlStore } from "../../store/libsql/libsql-store.js";

const bench = workerBench({
  openStore: (path, now) => libsqlStore({ url: `file:${path}`, now, synchronous: "normal" }),
  createStorage: memoryStorage,
});

const deadlineMs = 10_000;
const storingGraceMs = 5_000;
/** Steps of the clock in these tests: the test sees an end at most this late. */
const stepMs = 250;

const hangs = (): Promise<never> => new Promise(() => {});
const withPut = (put: Storage["put"]): Storage => ({ ...memoryStorage(), put });
const cut: OperationStatus = { type: "failed", failure: { code: "download_failed", message: "cut" } };

/** Runs the worker's loop until the generation has ended. Returns how late that was, in milliseconds. */
async function lateBy(given: WorkerBench, id: string, endsAt: number): Promise<number> {
  given.worker.start();
  while ((await given.generation(id)).finishedAt === null) {
    if (given.clock.now() > endsAt + 600_000) throw new Error("the generation did not end");
    await given.clock.advance(stepMs);
  }
  return given.clock.now() - endsAt;
}

describe("a paid result that cannot be stored", () => {
  it.each([
    ["the storage hangs", scriptedProvider(), withPut(hangs)],
    ["the storage refuses", scriptedProvider(), withPut(() => Promise.reject(new Error("no space left on device")))],
    ["the provider hangs on a poll", scriptedProvider({ poll: [cut, hangs] }), memoryStorage()],
    ["the provider has no result", scriptedProvider({ poll: [cut] }), memoryStorage()],
    [
      "the storage hangs on bytes in the response",
      scriptedProvider({ capabilities: { resumable: false }, submit: [{ type: "done", outputs: done().outputs }] }),
      withPut(hangs),
    ],
    [
      "the storage refuses bytes in the response",
      scriptedProvider({ capabilities: { resumable: false }, submit: [{ type: "done", outputs: done().outputs }] }),
      withPut(() => Promise.reject(new Error("no space left on device"))),
    ],
  ])("fails with a refund at deadline plus grace when %s", async (_case, provider, storage) => {
    await bench({ provider, worker: { storage, storingGraceMs } }, async (given) => {
      const endsAt = given.clock.now() + deadlineMs + storingGraceMs;
      const id = await given.submit({ deadlineMs });
      const lateMs = await lateBy(given, id, endsAt);
      const generation = await given.generation(id);
      expect(generation).toMatchObject({ state: "failed", failureCode: "output_unavailable", refundedCredits: 4 });
      expect(lateMs).toBeGreaterThanOrEqual(0);
      expect(lateMs).toBeLessThanOrEqual(4 * stepMs);
      expect(await given.balance()).toBe(100);
    })();
  });

  it("completes with the stored outputs when the storage hangs on the last one", async () => {
    const memory = memoryStorage();
    const storage = withPut((key, ...rest) => (key.includes("/1-") ? hangs() : memory.put(key, ...rest)));
    await bench(
      { provider: scriptedProvider({ poll: [done(1, 2)] }), worker: { storage, storingGraceMs } },
      async (given) => {
        const endsAt = given.clock.now() + deadlineMs + storingGraceMs;
        const id = await given.submit({ deadlineMs, requestedOutputs: 2 });
        expect(await lateBy(given, id, endsAt)).toBeLessThanOrEqual(4 * stepMs);
        expect((await given.generation(id)).state).toBe("completed");
      },
    )();
  });
});

describe("a call that hangs", () => {
  const lost = () => Promise.reject(new Error("the response was lost"));
  it.each([
    ["submit", scriptedProvider({ submit: [hangs] })],
    ["poll", scriptedProvider({ poll: [hangs] })],
    ["findByToken", scriptedProvider({ submit: [lost], findByToken: [hangs] })],
  ])("holds no generation beyond its deadline: %s", async (_call, provider) => {
    await bench({ provider }, async (given) => {
      const endsAt = given.clock.now() + deadlineMs;
      const id = await given.submit({ deadlineMs });
      expect(await lateBy(given, id, endsAt)).toBeLessThanOrEqual(2_000);
      expect(await given.generation(id)).toMatchObject({ state: "failed", refundedCredits: 4 });
    })();
  });
});
