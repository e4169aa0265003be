import { describe, expect, it } from "vitest";
import { anyInput } from "../../../../testing/fakes/any-input.js";
import { accepted, done, scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { workerBench } from "../../../../testing/worker-bench.js";
import type { ProviderFailure } from "../../generation/provider-failure.js";
import { defineModel } from "../../model/define-model.js";
import type { LogFields } from "../../ports/logger.js";
import type { Provider } from "../../ports/provider.js";
import type { ProviderLimits } from "../../ports/provider-limits.js";
import { memoryStorage } from "../../storage/memory-storage.js";
import { libsqlStore } from "../../store/libsql/libsql-store.js";

const bench = workerBench({
  openStore: (path, now) => libsqlStore({ url: `file:${path}`, now, synchronous: "normal" }),
  createStorage: memoryStorage,
});

/** A resumable provider with limits. Its jobs run until `ends` is true. */
function limited(limits: ProviderLimits, script: Parameters<typeof scriptedProvider>[0] = {}) {
  const vendor = { ends: false };
  const poll = [() => (vendor.ends ? done() : ({ type: "running", progress: null, pollAfterMs: 1_000 } as const))];
  const provider = { ...scriptedProvider({ poll, ...script }), limits };
  return { provider, vendor };
}

const refused = (failure: Omit<ProviderFailure, "message">) => ({
  type: "rejected" as const,
  failure: { message: "Too many requests.", ...failure },
});

const free = { credits: 0, limits: { rate: null, refunds: null, maxActive: null } };

describe("a worker with limits of a provider", () => {
  it("sends no more jobs than the vendor may have in flight, and takes no slot or attempt for the others", async () => {
    const { provider, vendor } = limited({ concurrency: 2 });
    const other = scriptedProvider({ id: "other" });
    const models = {
      demo: defineModel({ provider, input: anyInput }),
      other: defineModel({ provider: other, input: anyInput }),
    };
    await bench({ provider, worker: { concurrency: 2, models } }, async (given) => {
      const ids: string[] = [];
      for (let count = 0; count < 5; count += 1) ids.push(await given.submit({ ...free, gate: "scripted" }));
      const second = given.addWorker();
      given.worker.start();
      second.start();
      await given.clock.advance(20_000);
      expect(provider.submits).toHaveLength(2);
      const generations = await Promise.all(ids.map((id) => given.generation(id)));
      expect(generations.map(({ attempts }) => attempts)).toEqual([1, 1, 0, 0, 0]);
      expect(generations.map(({ epoch }) => epoch > 0)).toEqual([true, true, false, false, false]);
      const free2 = await given.submit({ ...free, ownerId: "bob", model: "other" });
      await given.clock.advance(20_000);
      expect(await given.store.get({ ownerId: "bob", id: free2 })).toMatchObject({ state: "completed" });
      vendor.ends = true;
      await given.clock.advance(60_000);
      expect(provider.submits).toHaveLength(5);
      expect((await Promise.all(ids.map((id) => given.generation(id)))).map(({ state }) => state)).toEqual(
        ids.map(() => "completed"),
      );
    })();
  });

  it("starts the next job as soon as one has ended", async () => {
    const { provider, vendor } = limited({ concurrency: 1 });
    await bench({ provider }, async (given) => {
      for (let count = 0; count < 2; count += 1) await given.submit({ ...free, gate: "scripted" });
      given.worker.start();
      await given.clock.advance(10_000);
      expect(provider.submits).toHaveLength(1);
      vendor.ends = true;
      await given.clock.advance(2_000);
      expect(provider.submits).toHaveLength(2);
    })();
  });

  it("holds all generations after a 429 for as long as the vendor asked, and uses up no attempt", async () => {
    const limits: ProviderLimits = {};
    const busy = refused({ code: "rate_limited", retryAfterMs: 60_000 });
    const { provider, vendor } = limited(limits, { submit: [busy, busy, ({ token }) => accepted({ job: token })] });
    vendor.ends = true;
    await bench({ provider, model: { maxAttempts: 1 } }, async (given) => {
      const first = await given.submit({ ...free, gate: "scripted" });
      await given.step();
      expect(await given.generation(first)).toMatchObject({ state: "retry_wait", attempts: 1, maxAttempts: 2 });
      const second = await given.submit({ ...free, gate: "scripted" });
      given.worker.start();
      await given.clock.advance(59_000);
      expect(provider.submits).toHaveLength(1);
      await given.clock.advance(180_000);
      expect(provider.submits).toHaveLength(4);
      for (const id of [first, second]) expect((await given.generation(id)).state).toBe("completed");
    })();
  });

  it("sleeps until a closed gate opens, and then sends at once", async () => {
    const busy = refused({ code: "rate_limited", retryAfterMs: 3_000 });
    const { provider } = limited({}, { submit: [busy, ({ token }) => accepted({ job: token })] });
    await bench({ provider }, async (given) => {
      for (let count = 0; count < 2; count += 1) await given.submit({ ...free, gate: "scripted" });
      let reads = 0;
      const nextDueInMs: typeof given.store.nextDueInMs = (query) => {
        reads += 1;
        return given.store.nextDueInMs(query);
      };
      given.addWorker({ store: { ...given.store, nextDueInMs }, concurrency: 1 }).start();
      await given.clock.advance(2_999);
      expect(provider.submits).toHaveLength(1);
      expect(reads).toBeLessThan(10);
      await given.clock.advance(1);
      expect(provider.submits).toHaveLength(2);
    })();
  });

  it("backs off from a vendor that refuses every request with a short delay", async () => {
    const { provider } = limited({}, { submit: [refused({ code: "rate_limited", retryAfterMs: 1_000 })] });
    await bench({ provider }, async (given) => {
      const id = await given.submit({ ...free, gate: "scripted" });
      expect(await given.runTo(id)).toMatchObject({ state: "failed", failureCode: "provider_rate_limited" });
      expect(provider.submits).toHaveLength(13);
    })();
  });

  it.each<[string, Omit<ProviderFailure, "message">, ProviderLimits | undefined]>([
    ["a 429 without a delay", { code: "rate_limited" }, {}],
    ["a 429 that the adapter marks as final", { code: "rate_limited", retryAfterMs: 1_000, retryable: false }, {}],
    ["another failure with a delay", { code: "provider_unavailable", retryAfterMs: 1_000 }, {}],
    ["a 429 of a provider without limits", { code: "rate_limited", retryAfterMs: 1_000 }, undefined],
  ])("uses up an attempt after %s", async (_, failure, limits) => {
    const scripted = scriptedProvider({ submit: [refused(failure)] });
    const provider: Provider<unknown> = limits === undefined ? scripted : { ...scripted, limits };
    await bench({ provider, model: { maxAttempts: 1 } }, async (given) => {
      const id = await given.submit({ ...free, gate: limits === undefined ? null : "scripted" });
      await given.step();
      expect(await given.generation(id)).toMatchObject({ state: "failed", attempts: 1, maxAttempts: 1 });
    })();
  });

  it("stops waiting at the deadline, and refunds with the reason of the refusal", async () => {
    const { provider } = limited({}, { submit: [refused({ code: "rate_limited", retryAfterMs: 3_600_000 })] });
    await bench({ provider, model: { deadlineMs: 120_000 } }, async (given) => {
      const id = await given.submit({ gate: "scripted" });
      given.worker.start();
      await given.clock.advance(121_000);
      expect(await given.generation(id)).toMatchObject({ state: "failed", failureCode: "provider_rate_limited" });
      expect(await given.balance()).toBe(100);
    })();
  });

  it("moves to the gate of the failover provider, and waits there", async () => {
    const busy = limited({}, { id: "busy", submit: [refused({ code: "rate_limited", retryAfterMs: 600_000 })] });
    const full = limited({ concurrency: 1 }, { id: "full" });
    await bench({ provider: [busy.provider, full.provider] }, async (given) => {
      const ids = [await given.submit({ ...free, gate: "busy" }), await given.submit({ ...free, gate: "busy" })];
      await given.step();
      given.worker.start();
      await given.clock.advance(10_000);
      expect(full.provider.submits).toHaveLength(1);
      full.vendor.ends = true;
      await given.clock.advance(10_000);
      expect(full.provider.submits).toHaveLength(2);
      for (const id of ids) expect((await given.generation(id)).state).toBe("completed");
    })();
  });

  it("moves a generation that was submitted before the limits to their gate", async () => {
    const { provider } = limited({ concurrency: 1 });
    await bench({ provider }, async (given) => {
      for (let count = 0; count < 3; count += 1) await given.submit(free);
      given.worker.start();
      await given.clock.advance(20_000);
      expect(provider.submits).toHaveLength(1);
    })();
  });

  it("reports the model of a generation that waits at a gate with capacity, and of none that waits for capacity", async () => {
    const { provider } = limited({ concurrency: 1 });
    await bench({ provider }, async (given) => {
      const warnings: string[] = [];
      const warn = (_: string, { models = "" }: LogFields) => void warnings.push(String(models));
      const logger = { debug: () => {}, info: () => {}, error: () => {}, warn };
      await given.submit({ ...free, gate: "scripted" });
      await given.submit({ ...free, gate: "scripted", model: "full" });
      await given.submit({ ...free, gate: "another", model: "removed" });
      given.addWorker({ logger }).start();
      await given.clock.advance(70_000);
      expect(warnings).toEqual(["removed"]);
    })();
  });
});
