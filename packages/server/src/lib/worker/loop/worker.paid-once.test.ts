import { describe, expect, it } from "vitest";
import { scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { workerBench } from "../../../../testing/worker-bench.js";
import { memoryStorage } from "../../storage/memory-storage.js";
import { libsqlStore } from "../../store/libsql/libsql-store.js";

const bench = workerBench({
  openStore: (path, now) => libsqlStore({ url: `file:${path}`, now, synchronous: "normal" }),
  createStorage: memoryStorage,
});

describe("a worker that would pay", () => {
  it("sends nothing when the owner canceled at the last moment", async () => {
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

  it("pays again for what was lost as often as the attempts allow, and then says that it does not know", async () => {
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

describe("a worker whose command the store does not take", () => {
  const refusing = () =>
    scriptedProvider({ submit: [{ type: "rejected", failure: { code: "invalid_input", message: "no" } }] });

  it("says of no generation that it failed, when another one has it", async () => {
    await bench({ provider: refusing() }, async (given) => {
      const worker = given.addWorker({ store: { ...given.store, settle: async () => ({ type: "lost" }) } });
      await given.submit();
      await given.step(worker);
      expect(given.log).not.toContain("warn A generation failed.");
    })();
  });

  it("hides no mistake of its own", async () => {
    await bench({ provider: refusing() }, async (given) => {
      const recordIntent = () => Promise.reject(new TypeError("a mistake"));
      const worker = given.addWorker({ store: { ...given.store, recordIntent } });
      await given.submit();
      await given.step(worker);
      expect(given.log.join("\n")).toContain("TypeError: a mistake");
    })();
  });

  it("says so of one that it has ended itself", async () => {
    await bench({ provider: refusing() }, async (given) => {
      await given.submit();
      await given.step();
      expect(given.log).toContain("warn A generation failed.");
    })();
  });
});
