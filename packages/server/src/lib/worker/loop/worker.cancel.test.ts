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

describe("a worker with a cancel request for a running job", () => {
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
      what: "the provider confirms and the model drops canceled jobs",
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
      what: "it is too late and the model drops canceled jobs",
      cancel: ["too_late"],
      poll: [running],
      drop: true,
      end: "canceled",
      balance: 96,
    },
    { what: "the provider cannot cancel", poll: [running, running, done()], end: "completed", balance: 96 },
    {
      what: "the provider cannot cancel and the model drops canceled jobs",
      poll: [running],
      drop: true,
      end: "canceled",
      balance: 96,
    },
    {
      what: "the first cancel requests fail",
      cancel: [cut, cut, "canceled"],
      poll: [running],
      end: "canceled",
      balance: 100,
    },
    {
      what: "the cancel request fails, the job finishes and the model drops canceled jobs",
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
      const last = cancel === undefined ? "unsupported" : cancel.at(-1);
      const jobCancel = typeof last === "string" ? last : "unknown";
      expect((await given.store.getDetail({ id }))?.attempts).toMatchObject([{ jobCancel }]);
    })();
  });

  it.each([
    { what: "a canceled job", cancel: ["canceled" as const], reason: "canceled 75%", balance: 99 },
    { what: "a dropped job", cancel: undefined, reason: "canceled:dropped 50%", balance: 98 },
  ])("refunds $what by the policy of the submit", async ({ cancel, reason, balance }) => {
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

  it("requests the cancel at once, although the next poll was later", async () => {
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

describe("a worker with a cancel request in another state", () => {
  it("does nothing for a queued generation, because the request itself canceled it", async () => {
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

  it("waits for the response to the paid request, then requests the cancel", async () => {
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

  it("does not retry a refused request after a cancel request", async () => {
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

  it("continues the lookup of a lost job, and cancels the job when it is found", async () => {
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
    { what: "is proved absent and no attempt is left", lookup: { type: "absent" }, maxAttempts: 1 },
    { what: "is proved absent and attempts are left", lookup: { type: "absent" }, maxAttempts: 4 },
    { what: "is not found within the window", lookup: { type: "unknown" }, maxAttempts: 4 },
  ] as const)("ends as canceled if the lost job $what", async ({ lookup, maxAttempts }) => {
    const submit = [{ type: "unknown", reason: "cut" }] as const;
    const provider = scriptedProvider({ submit, findByToken: [{ type: "unknown" }, lookup] });
    await bench({ provider, model: { maxAttempts, resubmitUnknown: true } }, async (given) => {
      const id = await given.submit();
      await given.runTo(id, "reconciling");
      await given.cancel(id);
      expect(await given.runTo(id)).toMatchObject({ state: "canceled", refundedCredits: 4 });
      expect(provider.submits).toHaveLength(1);
    })();
  });

  it.each([
    { what: "is lost", response: { type: "unknown", reason: "cut" } },
    { what: "is a refusal", response: { type: "rejected", failure: { code: "invalid_input", message: "no" } } },
    { what: "has no outputs", response: { type: "done", outputs: [] } },
  ] as const)("ends as canceled when the response to the paid request $what", async ({ response }) => {
    let cancelNow = async (): Promise<unknown> => null;
    const provider = scriptedProvider({
      submit: [
        async () => {
          await cancelNow();
          return response;
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

  it("ends as canceled when the job fails, with the refund of a cancel", async () => {
    const failure = { code: "provider_timeout", message: "gone" } as const;
    const provider = scriptedProvider({ cancel: ["requested"], poll: [{ type: "failed", failure }] });
    await bench({ provider }, async (given) => {
      const id = await given.submit({ refunds: { canceled: 75 } });
      await given.step();
      await given.cancel(id);
      expect(await given.runTo(id)).toMatchObject({ state: "canceled", refundedCredits: 3, attempts: 1 });
    })();
  });

  it("keeps the failure and the refund of rejected content, without another attempt", async () => {
    // The vendor allows a further attempt, as one whose filter is random.
    const failure = { code: "content_blocked", message: "no", retryable: true } as const;
    let cancelNow = async (): Promise<unknown> => null;
    const refuse = async () => {
      await cancelNow();
      return { type: "rejected", failure } as const;
    };
    for (const script of [
      { submit: [refuse] },
      // The cancel comes between two attempts.
      { submit: [{ type: "rejected", failure }] },
      { cancel: ["requested"], poll: [{ type: "failed", failure }] },
    ] as const) {
      await bench({ provider: scriptedProvider(script) }, async (given) => {
        const id = await given.submit({ refunds: { content_rejected: 25 } });
        cancelNow = () => given.cancel(id);
        await given.step();
        await given.cancel(id);
        const ended = { state: "failed", failureCode: "content_rejected", refundedCredits: 1, attempts: 1 };
        expect(await given.runTo(id)).toMatchObject(ended);
      })();
    }
  });

  it("completes a generation whose outputs are being stored", async () => {
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
