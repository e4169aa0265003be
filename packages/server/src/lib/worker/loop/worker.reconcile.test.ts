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

describe("a worker whose paid request got no reply", () => {
  it.each([
    ["the provider says so", lost],
    ["the provider throws", cut],
  ])("sends nothing again and finds the job, when %s", async (_when, line) => {
    const provider = scriptedProvider({
      submit: [line],
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

  it("tries again once it is proved that nothing arrived", async () => {
    const provider = scriptedProvider({ submit: [lost, accepted()], findByToken: [absent] });
    await bench({ provider }, async (given) => {
      expect(await given.runTo(await given.submit())).toMatchObject({ state: "completed", attempts: 2 });
      expect(provider.submits).toHaveLength(2);
    })();
  });

  it("ends when nothing ever arrives and the budget is spent", async () => {
    const provider = scriptedProvider({ submit: [lost], findByToken: [absent] });
    await bench({ provider, model: { maxAttempts: 2 } }, async (given) => {
      const generation = await given.runTo(await given.submit());
      expect(generation).toMatchObject({ state: "failed", failureCode: "provider_unavailable", attempts: 2 });
      expect(await given.balance()).toBe(100);
    })();
  });

  it("gives up after the window with a provider that does not find it, and gives the credits back", async () => {
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
    { when: "the window has passed", deadlineMs: 900_000, failureCode: "outcome_unknown" },
    { when: "the deadline has passed", deadlineMs: 300_000, failureCode: "deadline_exceeded" },
  ])("looks on for a job to cancel when $when", async ({ deadlineMs, failureCode }) => {
    let isAway = true;
    const provider = scriptedProvider({
      submit: [lost],
      findByToken: [() => (isAway ? unknown : { type: "found", operation: { job: 1 } })],
      cancel: ["canceled"],
    });
    await bench({ provider, model: { deadlineMs } }, async (given) => {
      const id = await given.submit();
      expect(await given.runTo(id)).toMatchObject({ state: "failed", failureCode });
      await given.nextStep();
      expect(provider.cancels).toEqual([]);
      isAway = false;
      await given.nextStep();
      expect(provider.cancels).toEqual([{ job: 1 }]);
      expect(await given.balance()).toBe(100);
    })();
  });

  it.each([
    ["the provider says so", lost],
    ["the provider throws", cut],
  ])("gives up at once, when %s and there is nobody to ask: nothing more will be heard of it", async (_when, line) => {
    const provider = scriptedProvider({ submit: [line] });
    await bench({ provider }, async (given) => {
      const id = await given.submit();
      await given.step();
      expect(await given.generation(id)).toMatchObject({ state: "failed", failureCode: "outcome_unknown" });
      expect(provider.submits).toHaveLength(1);
      expect(await given.balance()).toBe(100);
    })();
  });

  it("pays again at once for what nobody can be asked about, where the model says so", async () => {
    const provider = scriptedProvider({ submit: [lost, accepted()] });
    await bench({ provider, model: { resubmitUnknown: true } }, async (given) => {
      const id = await given.submit();
      await given.step();
      expect((await given.generation(id)).state).toBe("retry_wait");
      expect(await given.runTo(id)).toMatchObject({ state: "completed", attempts: 2 });
      expect(provider.submits).toHaveLength(2);
    })();
  });

  it("asks ever less often", async () => {
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

  it("pays again after the window where the model says so", async () => {
    const provider = scriptedProvider({ submit: [lost, accepted()] });
    await bench({ provider, model: { resubmitUnknown: true } }, async (given) => {
      expect(await given.runTo(await given.submit())).toMatchObject({ state: "completed", attempts: 2 });
    })();
  });

  it("looks with the provider that was asked, not with the next of the chain", async () => {
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
