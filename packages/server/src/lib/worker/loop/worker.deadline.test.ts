import { describe, expect, it } from "vitest";
import { scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { wakeable } from "../../../../testing/fakes/wakeable.js";
import { heldCall } from "../../../../testing/held-call.js";
import { workerBench } from "../../../../testing/worker-bench.js";
import type { Provider, SubmitOutcome } from "../../ports/provider.js";
import type { Storage } from "../../ports/storage.js";
import { memoryStorage } from "../../storage/memory-storage.js";
import { libsqlStore } from "../../store/libsql/libsql-store.js";

const bench = workerBench({
  openStore: (path, now) => libsqlStore({ url: `file:${path}`, now, synchronous: "normal" }),
  createStorage: memoryStorage,
});

const noLimits = { rate: null, refunds: null, maxActive: null };
const never = (): Promise<never> => new Promise(() => {});

const hanging: Record<string, () => Provider<unknown>> = {
  "the paid request": () => scriptedProvider({ submit: [never] }),
  "a poll": () => scriptedProvider({ poll: [never] }),
};

describe("a worker without a free slot", () => {
  it.each(Object.keys(hanging))(
    "ends waiting generations at their deadlines while a provider never responds to %s",
    async (request) => {
      const provider = hanging[request]?.() ?? scriptedProvider();
      await bench({ provider, worker: { concurrency: 1 } }, async (given) => {
        const stuck = await given.submit();
        given.worker.start();
        await given.clock.advance(5_000);
        const waiting = [];
        for (let count = 0; count < 3; count += 1) waiting.push(await given.submit({ deadlineMs: 60_000 }));
        await given.clock.advance(66_000);

        expect((await given.generation(stuck)).finishedAt).toBeNull();
        for (const id of waiting) {
          expect(await given.generation(id)).toMatchObject({ state: "failed", failureCode: "deadline_exceeded" });
        }
        expect(await given.balance()).toBe(96);
      })();
    },
  );

  it("claims overdue generations at most once a second", async () => {
    await bench({ provider: scriptedProvider({ submit: [never] }) }, async (given) => {
      let claims = 0;
      const claim: typeof given.store.claim = (command) => {
        if (command.models.length === 0) claims += 1;
        return given.store.claim(command);
      };
      const worker = given.addWorker({ store: { ...given.store, claim }, concurrency: 1 });
      await given.submit();
      const claimsAfter = async (milliseconds: number): Promise<number> => {
        await given.clock.advance(milliseconds);
        claims = 0;
        for (let ticks = 0; ticks < 3; ticks += 1) await worker.tick();
        return claims;
      };
      void worker.tick();
      await given.clock.advance(1_000);
      expect(await claimsAfter(0)).toBe(1);
      // A jump of the clock changes nothing.
      given.clock.skip(-3_600_000);
      expect(await claimsAfter(0)).toBe(0);
      given.clock.skip(3_600_000);
      expect(await claimsAfter(999)).toBe(0);
      expect(await claimsAfter(1)).toBe(1);
    })();
  });

  it("ends all overdue generations at once, however many there are", async () => {
    await bench({ provider: scriptedProvider({ submit: [never] }), worker: { concurrency: 1 } }, async (given) => {
      await given.submit();
      given.worker.start();
      await given.clock.advance(5_000);
      const ids = [];
      for (let count = 0; count < 50; count += 1)
        ids.push(await given.submit({ deadlineMs: 60_000, credits: 0, limits: noLimits }));
      const [first = ""] = ids;
      while ((await given.generation(first)).finishedAt === null) await given.clock.advance(1_000);
      await given.clock.advance(100);
      for (const id of ids) expect((await given.generation(id)).failureCode).toBe("deadline_exceeded");
    })();
  });

  it("claims overdue generations within a second after a wake that came too early", async () => {
    await bench({ provider: scriptedProvider({ submit: [never] }) }, async (given) => {
      const { dispatcher, wake } = wakeable();
      const worker = given.addWorker({ concurrency: 1, dispatcher });
      await given.submit();
      const id = await given.submit({ deadlineMs: 100 });
      worker.start();
      await given.clock.advance(900);
      wake();
      await given.clock.advance(100);
      expect((await given.generation(id)).failureCode).toBe("deadline_exceeded");
    })();
  });

  it.each(["before", "during"])(
    "leaves no timer behind when it is stopped %s a claim of overdue generations",
    async (when) => {
      const submit = heldCall<SubmitOutcome>();
      await bench({ provider: scriptedProvider({ submit: [submit.line] }) }, async (given) => {
        const pendingClaim = heldCall<void>();
        const claim: typeof given.store.claim = async (command) => {
          if (command.models.length === 0 && when === "during") await pendingClaim.run();
          return given.store.claim(command);
        };
        const worker = given.addWorker({ store: { ...given.store, claim }, concurrency: 1 });
        await given.submit();
        worker.start();
        await (when === "during" ? pendingClaim.called : submit.called);
        await given.clock.advance(0);
        const stopped = worker.stop();
        pendingClaim.resolve();
        submit.resolve({ type: "rejected", failure: { code: "invalid_input", message: "no" } });
        await stopped;
        expect(given.clock.pending()).toEqual([]);
      })();
    },
  );

  it("ends a generation at its deadline while its own poll hangs", async () => {
    await bench({ provider: scriptedProvider({ poll: [never] }), worker: { concurrency: 1 } }, async (given) => {
      const id = await given.submit({ deadlineMs: 60_000 });
      given.worker.start();
      await given.clock.advance(66_000);
      expect(await given.generation(id)).toMatchObject({ state: "failed", failureCode: "deadline_exceeded" });
      expect(await given.balance()).toBe(100);
    })();
  });

  it("continues with the next generation after a slot is released", async () => {
    const provider = scriptedProvider({ submit: [never, { type: "accepted", operation: 1 }] });
    await bench({ provider, worker: { concurrency: 1 } }, async (given) => {
      await given.submit({ deadlineMs: 60_000 });
      given.worker.start();
      await given.clock.advance(5_000);
      const id = await given.submit();
      while ((await given.generation(id)).finishedAt === null) await given.clock.advance(5_000);
      expect((await given.generation(id)).state).toBe("completed");
    })();
  });

  it.each([
    ["begins to store before", -1_000],
    ["begins to store after", 1_000],
  ])("completes a result that it %s the deadline", async (_case, beginMs) => {
    const put = heldCall<void>();
    const storage = memoryStorage();
    let puts = 0;
    const slow: Storage = {
      ...storage,
      put: async (...object) => {
        puts += 1;
        if (puts === 1) throw new Error("no space left on device");
        await put.run();
        await storage.put(...object);
      },
    };
    await bench({ provider: scriptedProvider(), worker: { storage: slow } }, async (given) => {
      const id = await given.submit({ deadlineMs: 60_000 });
      const { deadlineAt } = await given.runTo(id, "storing");
      given.clock.skip(deadlineAt + beginMs - given.clock.now());
      const step = given.step();
      await put.called;
      await given.clock.advance(2_000);
      put.resolve();
      await step;
      expect((await given.generation(id)).state).toBe("completed");
    })();
  });

  it("leaves a finished result to a worker with a free slot, beyond its deadline", async () => {
    let puts = 0;
    const storage = memoryStorage();
    const refusing = {
      ...storage,
      put: async (...object: Parameters<typeof storage.put>) => {
        puts += 1;
        if (puts === 1) throw new Error("no space left on device");
        await storage.put(...object);
      },
    };
    await bench({ provider: scriptedProvider(), worker: { storage: refusing } }, async (given) => {
      const id = await given.submit({ deadlineMs: 60_000 });
      await given.runTo(id, "storing");
      await given.step();
      const full = given.addWorker({ concurrency: 1, models: {} });
      given.clock.skip(61_000);
      await full.tick();
      expect((await given.generation(id)).finishedAt).toBeNull();
      expect((await given.runTo(id)).state).toBe("completed");
    })();
  });
});
