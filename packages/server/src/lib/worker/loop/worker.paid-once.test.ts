import { describe, expect, it } from "vitest";
import { scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { workerBench } from "../../../../testing/worker-bench.js";
import { memoryStorage } from "../../storage/memory-storage.js";
import { libsqlStore } from "../../store/libsql/libsql-store.js";

const bench = workerBench({
  openStore: (path, now) => libsqlStore({ url: `file:${path}`, now, synchronous: "normal" }),
  createStorage: memoryStorage,
});

describe("a worker before a paid request", () => {
  it("sends nothing if the owner canceled just before the intent", async () => {
    const provider = scriptedProvider();
    await bench({ provider }, async (given) => {
      const worker = given.addWorker({
        store: {
          ...given.store,
          recordIntent: async (command) => {
            await given.cancel(command.id);
            return given.store.recordIntent(command);
          },
        },
      });
      const id = await given.submit();
      await given.step(worker);
      expect(provider.submits).toEqual([]);
      expect((await given.generation(id)).state).toBe("canceled");
      expect(await given.balance()).toBe(100);
    })();
  });

  it("pays again for a lost job while attempts are left, then fails with `outcome_unknown`", async () => {
    const provider = scriptedProvider({
      submit: [{ type: "unknown", reason: "cut" }],
      findByToken: [{ type: "unknown" }],
    });
    await bench(
      { provider, model: { resubmitUnknown: true, maxAttempts: 2, deadlineMs: 3_600_000 } },
      async (given) => {
        const generation = await given.runTo(await given.submit());
        expect(generation).toMatchObject({ state: "failed", failureCode: "outcome_unknown", attempts: 2 });
        expect(provider.submits).toHaveLength(2);
        expect(await given.balance()).toBe(100);
      },
    )();
  });
});

describe("a worker whose command takes no effect", () => {
  const refusing = () =>
    scriptedProvider({ submit: [{ type: "rejected", failure: { code: "invalid_input", message: "no" } }] });

  it("logs no failure of a generation that another worker has", async () => {
    await bench({ provider: refusing() }, async (given) => {
      const worker = given.addWorker({ store: { ...given.store, settle: async () => ({ type: "lost" }) } });
      await given.submit();
      await given.step(worker);
      expect(given.log).not.toContain("warn Generation failed.");
    })();
  });

  it("logs an unexpected error of the store", async () => {
    await bench({ provider: refusing() }, async (given) => {
      const recordIntent = () => Promise.reject(new TypeError("a defect"));
      const worker = given.addWorker({ store: { ...given.store, recordIntent } });
      await given.submit();
      await given.step(worker);
      expect(given.log.join("\n")).toContain("TypeError: a defect");
    })();
  });

  it("logs the failure of a generation that it settled", async () => {
    await bench({ provider: refusing() }, async (given) => {
      await given.submit();
      await given.step();
      expect(given.log).toContain("warn Generation failed.");
    })();
  });
});
