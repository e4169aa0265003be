import { describe, expect, it } from "vitest";
import { accepted, scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { workerBench } from "../../../../testing/worker-bench.js";
import { memoryStorage } from "../../storage/memory-storage.js";
import { libsqlStore } from "../../store/libsql/libsql-store.js";

const bench = workerBench({
  openStore: (path, now) => libsqlStore({ url: `file:${path}`, now, synchronous: "normal" }),
  createStorage: memoryStorage,
});

const lost = { type: "unknown", reason: "cut" } as const;
const unknown = { type: "unknown" } as const;
const absent = { type: "absent" } as const;
const cut = (): never => {
  throw new Error("connection reset");
};

describe("a worker whose paid request has an unknown outcome", () => {
  it.each([
    ["the provider returns `unknown`", lost],
    ["the provider throws", cut],
  ])("finds the job and sends no second request when %s", async (_case, outcome) => {
    const provider = scriptedProvider({
      submit: [outcome],
      findByToken: [unknown, cut, (token) => ({ type: "found", operation: { found: token } })],
    });
    await bench({ provider }, async (given) => {
      const generation = await given.runTo(await given.submit());
      expect(generation).toMatchObject({ state: "completed", attempts: 1 });
      const [request] = provider.submits;
      expect(provider.submits).toHaveLength(1);
      expect(provider.lookups).toEqual(Array(3).fill(request?.token));
      expect(provider.polls).toEqual([{ found: request?.token }]);
      expect(await given.balance()).toBe(96);
    })();
  });

  it("retries when the provider proves that no request arrived", async () => {
    const provider = scriptedProvider({ submit: [lost, accepted()], findByToken: [absent] });
    await bench({ provider }, async (given) => {
      expect(await given.runTo(await given.submit())).toMatchObject({ state: "completed", attempts: 2 });
      expect(provider.submits).toHaveLength(2);
    })();
  });

  it("fails when no request arrives and no attempt is left", async () => {
    const provider = scriptedProvider({ submit: [lost], findByToken: [absent] });
    await bench({ provider, model: { maxAttempts: 2 } }, async (given) => {
      const generation = await given.runTo(await given.submit());
      expect(generation).toMatchObject({ state: "failed", failureCode: "provider_unavailable", attempts: 2 });
      expect(await given.balance()).toBe(100);
    })();
  });

  it("fails with a refund when the job is not found within the window", async () => {
    const provider = scriptedProvider({ submit: [lost], findByToken: [unknown] });
    await bench({ provider }, async (given) => {
      const submittedAt = given.clock.now();
      const generation = await given.runTo(await given.submit());
      expect(generation).toMatchObject({ state: "failed", failureCode: "outcome_unknown", refundedCredits: 4 });
      expect(given.clock.now() - submittedAt).toBe(600_000);
      expect(provider.submits).toHaveLength(1);
      expect(await given.balance()).toBe(100);
    })();
  });

  it.each([
    { when: "the window", deadlineMs: 900_000, failureCode: "outcome_unknown" },
    { when: "the deadline", deadlineMs: 300_000, failureCode: "deadline_exceeded" },
  ])("looks up the job to cancel it after $when", async ({ deadlineMs, failureCode }) => {
    let isHidden = true;
    const provider = scriptedProvider({
      submit: [lost],
      findByToken: [() => (isHidden ? unknown : { type: "found", operation: { job: 1 } })],
      cancel: ["canceled"],
    });
    await bench({ provider, model: { deadlineMs } }, async (given) => {
      const id = await given.submit();
      expect(await given.runTo(id)).toMatchObject({ state: "failed", failureCode });
      await given.nextStep();
      expect(provider.cancels).toEqual([]);
      isHidden = false;
      await given.nextStep();
      expect(provider.cancels).toEqual([{ job: 1 }]);
      expect(await given.balance()).toBe(100);
    })();
  });

  it.each([
    ["the provider returns `unknown`", lost],
    ["the provider throws", cut],
  ])("fails at once when %s and the provider has no lookup", async (_case, outcome) => {
    const provider = scriptedProvider({ submit: [outcome] });
    await bench({ provider }, async (given) => {
      const id = await given.submit();
      await given.step();
      expect(await given.generation(id)).toMatchObject({ state: "failed", failureCode: "outcome_unknown" });
      expect(provider.submits).toHaveLength(1);
      expect(await given.balance()).toBe(100);
    })();
  });

  it("pays again at once if the provider has no lookup and the model sets `resubmitUnknown`", async () => {
    const provider = scriptedProvider({ submit: [lost, accepted()] });
    await bench({ provider, model: { resubmitUnknown: true } }, async (given) => {
      const id = await given.submit();
      await given.step();
      expect((await given.generation(id)).state).toBe("retry_wait");
      expect(await given.runTo(id)).toMatchObject({ state: "completed", attempts: 2 });
      expect(provider.submits).toHaveLength(2);
    })();
  });

  it("looks up the job less and less often", async () => {
    const times: number[] = [];
    let now = () => 0;
    const provider = scriptedProvider({
      submit: [lost],
      findByToken: [
        () => {
          times.push(now());
          return unknown;
        },
      ],
    });
    await bench({ provider }, async (given) => {
      now = given.clock.now;
      await given.runTo(await given.submit());
      const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
      expect(gaps.slice(0, 5)).toEqual([...gaps.slice(0, 5)].sort((one, other) => one - other));
      expect(Math.max(...gaps)).toBeLessThanOrEqual(30_000);
      expect(times.length).toBeLessThan(60);
    })();
  });

  it("pays again if the model sets `resubmitUnknown`", async () => {
    const provider = scriptedProvider({ submit: [lost, accepted()] });
    await bench({ provider, model: { resubmitUnknown: true } }, async (given) => {
      expect(await given.runTo(await given.submit())).toMatchObject({ state: "completed", attempts: 2 });
    })();
  });

  it("looks up the job at the provider of the attempt, not at the failover provider", async () => {
    const first = scriptedProvider({
      id: "first",
      submit: [lost],
      findByToken: [{ type: "found", operation: { job: 1 } }],
    });
    const second = scriptedProvider({ id: "second" });
    await bench({ provider: [first, second] }, async (given) => {
      expect((await given.runTo(await given.submit())).state).toBe("completed");
      expect(second.submits).toEqual([]);
      expect(first.polls).toHaveLength(1);
    })();
  });
});
