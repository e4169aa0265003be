import { describe, expect, it } from "vitest";
import { z } from "zod";
import { done, scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { heldCall } from "../../../../testing/held-call.js";
import { benchLeaseMs, type WorkerBench, workerBench } from "../../../../testing/worker-bench.js";
import { defineModel } from "../../model/define-model.js";
import type { OperationStatus, SubmitOutcome } from "../../ports/provider.js";
import type { Storage } from "../../ports/storage.js";
import { memoryStorage } from "../../storage/memory-storage.js";
import { libsqlStore } from "../../store/libsql/libsql-store.js";

const bench = workerBench({
  openStore: (path, now) => libsqlStore({ url: `file:${path}`, now, synchronous: "normal" }),
  createStorage: memoryStorage,
});

const deadlineMs = 60_000;
const graceMs = 3_600_000;
const blocking = () =>
  scriptedProvider({ capabilities: { resumable: false }, submit: [{ type: "done", outputs: done().outputs }] });

/**
 * A storage that is unavailable until the test sets `isBack`. `called` resolves at the first put; after it, nothing
 * takes real time.
 */
function unavailable(how: "refuses" | "hangs"): Storage & { readonly called: Promise<void>; isBack: boolean } {
  const storage = memoryStorage();
  let ask = (): void => {};
  const called = new Promise<void>((resolve) => {
    ask = resolve;
  });
  return {
    ...storage,
    called,
    isBack: false,
    async put(...object) {
      ask();
      if (!this.isBack && how === "hangs") await new Promise(() => {});
      if (!this.isBack) throw new Error("connection refused");
      await storage.put(...object);
    },
  };
}

describe("a worker with outputs in memory and an unavailable storage", () => {
  it.each(["refuses", "hangs"] as const)(
    "retries beyond the deadline and keeps its lease when the storage %s",
    async (how) => {
      const provider = blocking();
      const storage = unavailable(how);
      await bench({ provider, worker: { storage } }, async (given) => {
        const id = await given.submit({ deadlineMs });
        const step = given.step();
        await storage.called;
        await given.clock.advance(10 * deadlineMs);
        expect(await given.addWorker().tick()).toBe(0);
        expect((await given.generation(id)).state).toBe("storing");
        storage.isBack = true;
        while ((await given.generation(id)).finishedAt === null) await given.clock.advance(5_000);
        await step;
        expect(await given.generation(id)).toMatchObject({ state: "completed", attempts: 1 });
        expect(provider.submits).toHaveLength(1);
        expect(await given.balance()).toBe(96);
      })();
    },
  );

  it("retries beyond the deadline also when the response came just before it", async () => {
    const response = heldCall<SubmitOutcome>();
    const provider = scriptedProvider({ capabilities: { resumable: false }, submit: [response.line] });
    const storage = unavailable("refuses");
    await bench({ provider, worker: { storage } }, async (given) => {
      // The lease is renewed every 10 s: not between the response and the deadline.
      const id = await given.submit({ deadlineMs: 65_000 });
      const step = given.step();
      await response.called;
      await given.clock.advance(64_000);
      response.resolve({ type: "done", outputs: done().outputs });
      await storage.called;
      await given.clock.advance(2_000);
      expect(await given.addWorker().tick()).toBe(0);
      storage.isBack = true;
      while ((await given.generation(id)).finishedAt === null) await given.clock.advance(5_000);
      await step;
      expect((await given.generation(id)).state).toBe("completed");
    })();
  });

  it.each([500, 5_000])("stores them although the response came %i ms after the deadline", async (lateMs) => {
    const held = heldCall<SubmitOutcome>();
    const provider = scriptedProvider({ capabilities: { resumable: false }, submit: [held.line] });
    const memory = memoryStorage();
    let given: WorkerBench | null = null;
    const slow: Storage = {
      ...memory,
      put: async (...object) => {
        await new Promise<void>((resolve) => given?.clock.setTimer(50, resolve));
        await memory.put(...object);
      },
    };
    await bench({ provider, worker: { storage: slow } }, async (on) => {
      given = on;
      const id = await on.submit({ deadlineMs });
      const step = on.step();
      await held.called;
      await on.clock.advance(deadlineMs + lateMs);
      held.resolve({ type: "done", outputs: done().outputs });
      const isRecorded = async () => ["storing", "completed", "failed"].includes((await on.generation(id)).state);
      while (!(await isRecorded())) await on.clock.advance(50);
      await step;
      expect(await on.runTo(id)).toMatchObject({ state: "completed", failureCode: null });
      expect(await on.balance()).toBe(96);
    })();
  });

  it("fails with a refund when the grace is over", async () => {
    const storage = unavailable("refuses");
    await bench({ provider: blocking(), worker: { storage } }, async (given) => {
      const endsAt = given.clock.now() + deadlineMs + graceMs;
      const id = await given.submit({ deadlineMs });
      const step = given.step();
      await storage.called;
      while ((await given.generation(id)).finishedAt === null) await given.clock.advance(5_000);
      await step;
      const generation = await given.generation(id);
      expect(generation).toMatchObject({ failureCode: "output_unavailable", refundedCredits: 4 });
      expect(generation.finishedAt).toBeGreaterThanOrEqual(endsAt);
      expect(generation.finishedAt).toBeLessThan(endsAt + 30_000);
      expect(await given.balance()).toBe(100);
    })();
  });

  it("loses them when it crashes, and the next worker fails the generation at once", async () => {
    const provider = blocking();
    const storage = unavailable("refuses");
    await bench({ provider, worker: { storage } }, async (given) => {
      const id = await given.submit({ deadlineMs });
      const crashed = given.step();
      await storage.called;
      while ((await given.generation(id)).state !== "storing") await given.clock.advance(100);
      given.clock.skip(benchLeaseMs);
      await given.addWorker().tick();
      expect(await given.generation(id)).toMatchObject({ state: "failed", failureCode: "output_unavailable" });
      expect(await given.balance()).toBe(100);
      await given.clock.advance(60_000);
      await crashed;
      expect(provider.submits).toHaveLength(1);
    })();
  });
});

describe("a worker of another deployment", () => {
  it("leaves a result to a worker that has the provider", async () => {
    const notYet: OperationStatus = { type: "failed", failure: { code: "download_failed", message: "for the log" } };
    const provider = scriptedProvider({ poll: [notYet, notYet, done()] });
    const other = scriptedProvider({ id: "other" });
    await bench({ provider }, async (given) => {
      const id = await given.submit();
      await given.runTo(id, "storing");
      const demo = defineModel({ input: z.unknown(), credits: 4, provider: other });
      await given.nextStep(given.addWorker({ models: { demo } }));
      expect(given.log.at(-1)).toBe("warn No provider of this worker can fetch the result; retrying later.");
      expect(other.polls).toEqual([]);
      expect((await given.runTo(id)).state).toBe("completed");
    })();
  });
});

describe("a worker without a free slot", () => {
  it("keeps the number of expired leases of a generation in state `storing`", async () => {
    const provider = scriptedProvider({ poll: [done()] });
    await bench({ provider, model: { deadlineMs } }, async (given) => {
      const id = await given.submit();
      await given.runTo(id, "running");
      given.clock.skip(1_000);
      const claimAndCrash = () =>
        given.store.claim({ models: ["demo"], limit: 1, leaseMs: benchLeaseMs, token: given.ids.createToken() });
      const [claim] = await claimAndCrash();
      if (claim?.attempt == null) throw new Error("nothing claimed");
      const { epoch } = claim.generation;
      const token = given.ids.createToken();
      await given.store.recordResult({ id, epoch, token, attemptToken: claim.attempt.token, outputs: null });
      for (let crashes = 0; crashes < 5; crashes += 1) {
        given.clock.skip(benchLeaseMs);
        await claimAndCrash();
      }
      given.clock.skip(benchLeaseMs);
      await given.step(given.addWorker({ concurrency: 0 }));
      expect(await given.generation(id)).toMatchObject({ state: "storing", expiredLeases: 6 });
    })();
  });
});
