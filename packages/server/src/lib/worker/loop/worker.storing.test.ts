import { describe, expect, it } from "vitest";
import { done, scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { tinyPng } from "../../../../testing/tiny-png.js";
import { benchLeaseMs, workerBench } from "../../../../testing/worker-bench.js";
import type { OperationStatus, ProviderMedia, ProviderOutput } from "../../ports/provider.js";
import type { Storage } from "../../ports/storage.js";
import { memoryStorage } from "../../storage/memory-storage.js";
import { libsqlStore } from "../../store/libsql/libsql-store.js";

const bench = workerBench({
  openStore: (path, now) => libsqlStore({ url: `file:${path}`, now, synchronous: "normal" }),
  createStorage: memoryStorage,
});

const graceMs = 3_600_000;
const script: ProviderMedia = {
  bytes: new TextEncoder().encode("<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"),
  contentType: "image/png",
};
const failed = (code: "download_failed" | "result_expired" | "job_lost"): OperationStatus => ({
  type: "failed",
  failure: { code, message: "for the log" },
});

/** A storage that rejects the first `times` puts. */
function refusing(times: number): Storage & { readonly puts: string[] } {
  const storage = memoryStorage();
  const puts: string[] = [];
  return {
    ...storage,
    puts,
    put: async (key, ...rest) => {
      puts.push(key);
      if (puts.length <= times) throw new Error("no space left on device");
      await storage.put(key, ...rest);
    },
  };
}

describe("a worker that stores a result", () => {
  it("stores all outputs in order", async () => {
    await bench({ provider: scriptedProvider({ poll: [done(1, 2, 3)] }) }, async (given) => {
      const { outputs } = await given.runTo(await given.submit({ requestedOutputs: 3 }));
      expect(outputs.map(({ index }) => index)).toEqual([0, 1, 2]);
      const stored = await Promise.all(outputs.map(({ storageKey }) => given.stored(storageKey)));
      expect(stored).toEqual([tinyPng(1), tinyPng(2), tinyPng(3)]);
    })();
  });

  it("refunds the share of outputs that the provider did not return", async () => {
    await bench({ provider: scriptedProvider({ poll: [done(1)] }) }, async (given) => {
      const generation = await given.runTo(await given.submit({ requestedOutputs: 3 }));
      expect(generation).toMatchObject({ state: "completed", refundedCredits: 2 });
      expect(generation.outputs).toHaveLength(1);
      expect(await given.balance()).toBe(98);
    })();
  });

  it("stores the images at their index, and refunds the share of an output that is not an image", async () => {
    const [first, , third] = done(1, 2, 3).outputs;
    if (first === undefined || third === undefined) throw new Error("expected three outputs");
    const poll: OperationStatus = { type: "done", outputs: [first, script, third] };
    await bench({ provider: scriptedProvider({ poll: [poll] }) }, async (given) => {
      const generation = await given.runTo(await given.submit({ requestedOutputs: 3 }));
      expect(generation).toMatchObject({ state: "completed", refundedCredits: 1 });
      expect(generation.outputs.map(({ index }) => index)).toEqual([0, 2]);
      expect(await given.balance()).toBe(97);
    })();
  });

  it("refunds nothing when the provider returns more outputs than requested", async () => {
    await bench({ provider: scriptedProvider({ poll: [done(1, 2)] }) }, async (given) => {
      expect(await given.runTo(await given.submit())).toMatchObject({ state: "completed", refundedCredits: 0 });
    })();
  });

  it.each([
    { requested: 1, returned: 17, stored: 16 },
    { requested: 1, returned: 16, stored: 16 },
    { requested: 102, returned: 103, stored: 102 },
  ])("stores at most 16 outputs, or as many as were requested: $stored of $returned", async (counts) => {
    const { requested, returned, stored } = counts;
    const { outputs } = done(...Array.from({ length: returned }, (_, index) => index));
    for (const script of [
      { poll: [{ type: "done", outputs }] as const },
      { capabilities: { resumable: false }, submit: [{ type: "done", outputs }] as const },
    ]) {
      await bench({ provider: scriptedProvider(script) }, async (given) => {
        const generation = await given.runTo(await given.submit({ requestedOutputs: requested }));
        expect(generation).toMatchObject({ state: "completed", refundedCredits: 0 });
        expect(generation.outputs.map(({ index }) => index)).toEqual([...outputs.keys()].slice(0, stored));
        const lines = given.log.filter((line) => line.includes("returned too many outputs"));
        expect(lines).toHaveLength(stored < returned ? 1 : 0);
      })();
    }
  });

  it("fetches the result again while the storage fails, with one payment", async () => {
    const provider = scriptedProvider();
    await bench({ provider, worker: { storage: refusing(3) } }, async (given) => {
      const id = await given.submit();
      expect(await given.runTo(id, "storing")).toMatchObject({ state: "storing" });
      expect(await given.runTo(id)).toMatchObject({ state: "completed", attempts: 1 });
      expect(provider.submits).toHaveLength(1);
      expect(provider.polls.length).toBeGreaterThan(1);
      expect(await given.balance()).toBe(96);
    })();
  });

  it("retries beyond the deadline, because the result is paid for", async () => {
    const provider = scriptedProvider({ poll: [failed("download_failed"), failed("download_failed"), done()] });
    await bench({ provider }, async (given) => {
      const id = await given.submit();
      await given.runTo(id, "storing");
      given.clock.skip(900_000);
      expect((await given.runTo(id)).state).toBe("completed");
    })();
  });

  it("fails with a refund when the grace is over", async () => {
    const storage = refusing(Number.POSITIVE_INFINITY);
    await bench({ provider: scriptedProvider(), worker: { storage } }, async (given) => {
      const startedAt = given.clock.now();
      const generation = await given.runTo(await given.submit());
      expect(generation).toMatchObject({ state: "failed", failureCode: "output_unavailable", refundedCredits: 4 });
      const lateMs = given.clock.now() - startedAt - 900_000 - graceMs;
      expect(lateMs).toBeGreaterThanOrEqual(0);
      expect(lateMs).toBeLessThan(30_000);
      expect(await given.balance()).toBe(100);
      // The tries grow to 30 s apart at most, over an hour and a quarter.
      expect(storage.puts.length).toBeLessThan(250);
    })();
  });

  it.each(["result_expired", "job_lost"] as const)("fails at once when the result is gone: %s", async (code) => {
    const provider = scriptedProvider({ poll: [failed("download_failed"), failed(code)] });
    await bench({ provider }, async (given) => {
      const generation = await given.runTo(await given.submit());
      expect(generation).toMatchObject({ failureCode: "output_unavailable", attempts: 1, refundedCredits: 4 });
      expect(provider.submits).toHaveLength(1);
    })();
  });

  it("polls again while the vendor returns no result", async () => {
    const cut = (): never => {
      throw new Error("connection reset");
    };
    // The cast stands for a provider that violates its types.
    const nonsense = { type: "invalid" } as unknown as OperationStatus;
    const provider = scriptedProvider({
      poll: [failed("download_failed"), cut, nonsense, { type: "running", progress: 1 }, done()],
    });
    await bench({ provider }, async (given) => {
      expect((await given.runTo(await given.submit())).state).toBe("completed");
      expect(given.log).toEqual([
        "warn Could not fetch a result; retrying.",
        "warn The provider returned an invalid result; retrying.",
        "warn A result is not available yet; retrying.",
      ]);
    })();
  });

  it("rejects a result without an image, and stores nothing of it", async () => {
    const storage = refusing(0);
    const provider = scriptedProvider({ poll: [{ type: "done", outputs: [script, script] }] });
    await bench({ provider, worker: { storage } }, async (given) => {
      const generation = await given.runTo(await given.submit());
      expect(generation).toMatchObject({ state: "failed", failureCode: "output_rejected", refundedCredits: 4 });
      expect(storage.puts).toEqual([]);
      expect(await given.balance()).toBe(100);
    })();
  });

  it("treats a result without outputs as a failure of the provider", async () => {
    const provider = scriptedProvider({ poll: [{ type: "done", outputs: [] }] });
    await bench({ provider }, async (given) => {
      const generation = await given.runTo(await given.submit());
      expect(generation).toMatchObject({ state: "failed", failureCode: "provider_failed", refundedCredits: 4 });
    })();
  });
});

describe("a worker whose provider returns the outputs with the response", () => {
  const returning = (...outputs: readonly ProviderOutput[]) =>
    scriptedProvider({ capabilities: { resumable: false }, submit: [{ type: "done", outputs }] });

  it("sets `startedAt` before it sends the request", async () => {
    const seen: unknown[] = [];
    let readStartedAt = async (): Promise<unknown> => null;
    const provider = scriptedProvider({
      capabilities: { resumable: false },
      submit: [
        async () => {
          seen.push(await readStartedAt());
          return { type: "done", outputs: done().outputs };
        },
      ],
    });
    await bench({ provider }, async (given) => {
      const id = await given.submit();
      readStartedAt = async () => (await given.generation(id)).startedAt;
      await given.runTo(id);
      expect(seen).toEqual([given.clock.now()]);
    })();
  });

  it("keeps the bytes in memory while the storage fails", async () => {
    const provider = returning(...done().outputs);
    await bench({ provider, worker: { storage: refusing(3) } }, async (given) => {
      const id = await given.submit();
      const step = given.step();
      while ((await given.generation(id)).state !== "completed") await given.clock.advance(1_000);
      await step;
      expect(provider.submits).toHaveLength(1);
      expect(await given.balance()).toBe(96);
    })();
  });

  it("records the result early while the storage fails", async () => {
    const storage = refusing(4);
    await bench({ provider: returning(...done().outputs), worker: { storage } }, async (given) => {
      const id = await given.submit();
      const step = given.step();
      while (storage.puts.length < 2) await given.clock.advance(1_000);
      expect((await given.generation(id)).state).toBe("storing");
      while ((await given.generation(id)).finishedAt === null) await given.clock.advance(1_000);
      await step;
    })();
  });

  it("completes with the stored outputs after the worker crashed before it settled", async () => {
    const provider = returning(...done().outputs);
    await bench({ provider }, async (given) => {
      const id = await given.submit();
      await given.step(given.addWorker({ store: { ...given.store, settle: async () => ({ type: "lost" }) } }));
      expect((await given.generation(id)).state).toBe("storing");
      given.clock.skip(benchLeaseMs);
      expect(await given.runTo(id)).toMatchObject({ state: "completed", outputs: [{ contentType: "image/png" }] });
      expect(provider.submits).toHaveLength(1);
    })();
  });

  it("keeps the bytes through a long outage of the storage, also while it hangs", async () => {
    const provider = returning(...done().outputs);
    const storage = memoryStorage();
    let mode: "refuses" | "hangs" | "works" = "refuses";
    const failing: Storage = {
      ...storage,
      put: async (...object) => {
        if (mode === "refuses") throw new Error("connection refused");
        if (mode === "hangs") await new Promise(() => {});
        await storage.put(...object);
      },
    };
    await bench({ provider, worker: { storage: failing } }, async (given) => {
      const id = await given.submit();
      const step = given.step();
      await given.clock.advance(120_000);
      mode = "hangs";
      await given.clock.advance(30_000);
      mode = "works";
      while ((await given.generation(id)).finishedAt === null) await given.clock.advance(30_000);
      await step;
      expect(await given.generation(id)).toMatchObject({ state: "completed", attempts: 1 });
      expect(provider.submits).toHaveLength(1);
    })();
  });

  it("fails with a refund if the storage never recovers", async () => {
    const provider = returning(...done().outputs);
    await bench({ provider, worker: { storage: refusing(Number.POSITIVE_INFINITY) } }, async (given) => {
      const id = await given.submit();
      const step = given.step();
      while ((await given.generation(id)).state !== "failed") await given.clock.advance(30_000);
      await step;
      expect(await given.generation(id)).toMatchObject({ failureCode: "output_unavailable", refundedCredits: 4 });
      expect(provider.submits).toHaveLength(1);
    })();
  });

  it.each([
    ["no outputs", [], "provider_failed"],
    ["an output that is not an image", [script], "output_rejected"],
  ] as const)("fails after %s, without a second payment", async (_case, outputs, failureCode) => {
    const provider = returning(...outputs);
    await bench({ provider }, async (given) => {
      expect(await given.runTo(await given.submit())).toMatchObject({ state: "failed", failureCode, attempts: 1 });
      expect(await given.balance()).toBe(100);
    })();
  });
});
