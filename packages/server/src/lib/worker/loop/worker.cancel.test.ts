import { describe, expect, it } from "vitest";
import { accepted, done, scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { workerBench } from "../../../../testing/worker-bench.js";
import type { CancelOutcome, OperationStatus } from "../../ports/provider.js";
import { memoryStorage } from "../../storage/memory-storage.js";
import { libsqlStore } from "../../store/libsql/libsql-store.js";

const bench = workerBench({
  openStore: (path, now) => libsqlStore({ url: `file:${path}`, now, synchronous: "normal" }),
  createStorage: memoryStorage,
});

const running: OperationStatus = { type: "running", progress: 0.5 };
const canceled: OperationStatus = { type: "canceled" };
const cut = (): never => {
  throw new Error("connection reset");
};

describe("a worker asked to cancel what is running", () => {
  it.each<{
    readonly what: string;
    readonly cancel?: readonly (CancelOutcome | (() => never))[];
    readonly poll: readonly OperationStatus[];
    readonly drop?: boolean;
    readonly end: "canceled" | "completed";
    readonly balance: number;
  }>([
    { what: "the provider confirms", cancel: ["canceled"], poll: [running], end: "canceled", balance: 100 },
    {
      what: "the provider confirms a dropped one",
      cancel: ["canceled"],
      poll: [running],
      drop: true,
      end: "canceled",
      balance: 100,
    },
    {
      what: "the provider confirms later",
      cancel: ["requested"],
      poll: [running, running, canceled],
      end: "canceled",
      balance: 100,
    },
    {
      what: "the provider finishes first",
      cancel: ["requested"],
      poll: [running, done()],
      end: "completed",
      balance: 96,
    },
    { what: "it is too late", cancel: ["too_late"], poll: [running, done()], end: "completed", balance: 96 },
    {
      what: "it is too late for a dropped one",
      cancel: ["too_late"],
      poll: [running],
      drop: true,
      end: "canceled",
      balance: 96,
    },
    { what: "the provider cannot", poll: [running, running, done()], end: "completed", balance: 96 },
    { what: "the provider cannot and it is dropped", poll: [running], drop: true, end: "canceled", balance: 96 },
    {
      what: "the provider cannot be asked at first",
      cancel: [cut, cut, "canceled"],
      poll: [running],
      end: "canceled",
      balance: 100,
    },
    {
      what: "a dropped one finishes before it could be asked",
      cancel: [cut],
      poll: [running, done()],
      drop: true,
      end: "canceled",
      balance: 96,
    },
  ])("ends as $end with a balance of $balance when $what", async ({ cancel, poll, drop, end, balance }) => {
    const provider = scriptedProvider({ ...(cancel && { cancel }), poll });
    await bench({ provider, model: { dropOnCancel: drop ?? false } }, async (given) => {
      const id = await given.submit();
      await given.step();
      await given.nextStep();
      await given.cancel(id);
      const generation = await given.runTo(id);
      expect(generation.state).toBe(end);
      expect(await given.balance()).toBe(balance);
      expect(generation.refundedCredits).toBe(balance - 96);
      expect(provider.submits).toHaveLength(1);
    })();
  });

  it.each([
    { what: "the provider confirmed", cancel: ["canceled" as const], reason: "canceled 75%", balance: 99 },
    { what: "was dropped", cancel: undefined, reason: "canceled:dropped 50%", balance: 98 },
  ])("gives back by the policy of the submit what $what", async ({ cancel, reason, balance }) => {
    const provider = scriptedProvider({ ...(cancel && { cancel }), poll: [running] });
    // The model has no policy now and drops nothing: the settings at submit apply.
    await bench({ provider }, async (given) => {
      const id = await given.submit({ dropOnCancel: true, refunds: { canceled: 75, dropped: 50 } });
      await given.step();
      await given.nextStep();
      await given.cancel(id);
      expect(await given.runTo(id)).toMatchObject({ state: "canceled", refundedCredits: balance - 96 });
      const { entries } = await given.store.listCredits({ accountId: "ada", limit: 1, before: null });
      expect(entries[0]).toMatchObject({ reason, amount: balance - 96 });
    })();
  });

  it("asks at once, however far away the next look was", async () => {
    const provider = scriptedProvider({ cancel: ["canceled"], poll: [{ ...running, pollAfterMs: 30_000 }] });
    await bench({ provider }, async (given) => {
      const id = await given.submit();
      await given.step();
      await given.nextStep();
      await given.cancel(id);
      await given.step();
      expect((await given.generation(id)).state).toBe("canceled");
    })();
  });
});

describe("a worker asked to cancel elsewhere", () => {
  it("does nothing for what was still queued: the owner's word ended it", async () => {
    const provider = scriptedProvider();
    await bench({ provider }, async (given) => {
      const id = await given.submit();
      await given.cancel(id);
      await given.step();
      expect((await given.generation(id)).state).toBe("canceled");
      expect(provider.submits).toEqual([]);
      expect(await given.balance()).toBe(100);
    })();
  });

  it("lets the paid request come back, then asks the provider to cancel", async () => {
    let cancelNow = async (): Promise<unknown> => null;
    const provider = scriptedProvider({
      submit: [
        async () => {
          await cancelNow();
          return accepted();
        },
      ],
      cancel: ["canceled"],
    });
    await bench({ provider }, async (given) => {
      const id = await given.submit();
      cancelNow = () => given.cancel(id);
      await given.step();
      expect(await given.generation(id)).toMatchObject({ state: "running" });
      await given.step();
      expect((await given.generation(id)).state).toBe("canceled");
      expect(await given.balance()).toBe(100);
    })();
  });

  it("does not try again what was refused and is wanted no more", async () => {
    let cancelNow = async (): Promise<unknown> => null;
    const provider = scriptedProvider({
      submit: [
        async () => {
          await cancelNow();
          return { type: "rejected", failure: { code: "rate_limited", message: "later" } };
        },
      ],
    });
    await bench({ provider }, async (given) => {
      const id = await given.submit();
      cancelNow = () => given.cancel(id);
      expect((await given.runTo(id)).state).toBe("canceled");
      expect(provider.submits).toHaveLength(1);
      expect(await given.balance()).toBe(100);
    })();
  });

  it("goes on looking for a lost job, and cancels it when it is found", async () => {
    const provider = scriptedProvider({
      submit: [{ type: "unknown", reason: "cut" }],
      findByToken: [{ type: "unknown" }, { type: "found", operation: { job: 1 } }],
      cancel: ["canceled"],
    });
    await bench({ provider }, async (given) => {
      const id = await given.submit();
      await given.step();
      await given.cancel(id);
      expect((await given.runTo(id)).state).toBe("canceled");
      expect(provider.cancels).toEqual([{ job: 1 }]);
      expect(await given.balance()).toBe(100);
    })();
  });

  it.each([
    { what: "proved absent, and the budget is spent", word: { type: "absent" }, maxAttempts: 1 },
    { what: "proved absent, and there is budget left", word: { type: "absent" }, maxAttempts: 4 },
    { what: "not found until the window's end", word: { type: "unknown" }, maxAttempts: 4 },
  ] as const)("ends as canceled what is $what", async ({ word, maxAttempts }) => {
    const submit = [{ type: "unknown", reason: "cut" }] as const;
    const provider = scriptedProvider({ submit, findByToken: [{ type: "unknown" }, word] });
    await bench({ provider, model: { maxAttempts, resubmitUnknown: true } }, async (given) => {
      const id = await given.submit();
      await given.runTo(id, "reconciling");
      await given.cancel(id);
      expect(await given.runTo(id)).toMatchObject({ state: "canceled", refundedCredits: 4 });
      expect(provider.submits).toHaveLength(1);
    })();
  });

  it.each([
    { what: "is lost for ever", reply: { type: "unknown", reason: "cut" } },
    { what: "is a refusal", reply: { type: "rejected", failure: { code: "content_blocked", message: "no" } } },
    { what: "brings nothing", reply: { type: "done", outputs: [] } },
  ] as const)("ends as canceled when the reply to the paid request $what", async ({ reply }) => {
    let cancelNow = async (): Promise<unknown> => null;
    const provider = scriptedProvider({
      submit: [
        async () => {
          await cancelNow();
          return reply;
        },
      ],
    });
    await bench({ provider }, async (given) => {
      const id = await given.submit();
      cancelNow = () => given.cancel(id);
      await given.step();
      expect(await given.generation(id)).toMatchObject({ state: "canceled", refundedCredits: 4 });
    })();
  });

  it("ends as canceled what fails at its provider, by the policy of a cancel", async () => {
    const failure = { code: "provider_timeout", message: "gone" } as const;
    const provider = scriptedProvider({ cancel: ["requested"], poll: [{ type: "failed", failure }] });
    await bench({ provider }, async (given) => {
      const id = await given.submit({ refunds: { canceled: 75 } });
      await given.step();
      await given.cancel(id);
      expect(await given.runTo(id)).toMatchObject({ state: "canceled", refundedCredits: 3, attempts: 1 });
    })();
  });

  it("comes too late for what is being stored", async () => {
    let cancelNow = async (): Promise<unknown> => null;
    const storage = memoryStorage();
    const provider = scriptedProvider({ cancel: ["canceled"] });
    const slow: typeof storage = {
      ...storage,
      put: async (...args) => {
        await cancelNow();
        await storage.put(...args);
      },
    };
    await bench({ provider, worker: { storage: slow } }, async (given) => {
      const id = await given.submit();
      cancelNow = () => given.cancel(id);
      expect((await given.runTo(id)).state).toBe("completed");
      expect(provider.cancels).toEqual([]);
      expect(await given.balance()).toBe(96);
    })();
  });
});
