import { describe, expect, it } from "vitest";
import { done, scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { workerBench } from "../../../../testing/worker-bench.js";
import type { CancelOutcome, OperationStatus, SubmitRequest } from "../../ports/provider.js";
import { memoryStorage } from "../../storage/memory-storage.js";
import { libsqlStore } from "../../store/libsql/libsql-store.js";

const bench = workerBench({
  openStore: (path, now) => libsqlStore({ url: `file:${path}`, now, synchronous: "normal" }),
  createStorage: memoryStorage,
});

const free = { credits: 0, limits: { rate: null, refunds: null, maxActive: null }, gate: "scripted" };
const untilAborted = ({ signal }: SubmitRequest<unknown>) =>
  new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
const running = { type: "running", progress: null, pollAfterMs: 1_000 } as const;

/** A provider with one job at a time, whose jobs run until `ends` is true. */
function limited(script: Parameters<typeof scriptedProvider>[0] = {}) {
  const vendor = { ends: false, polls: 0 };
  const poll = (): OperationStatus => {
    vendor.polls += 1;
    return vendor.ends ? done() : running;
  };
  const provider = { ...scriptedProvider({ poll: [poll], ...script }), limits: { concurrency: 1 } };
  return { provider, vendor };
}

describe("a job whose generation missed its deadline, at a full gate", () => {
  it("keeps its capacity until the vendor that cannot cancel it reports its end, and no longer", async () => {
    const { provider, vendor } = limited();
    await bench({ provider }, async (given) => {
      const overdue = await given.submit({ ...free, deadlineMs: 30_000 });
      given.worker.start();
      await given.clock.advance(10_000);
      await given.submit(free);
      await given.clock.advance(19_999);
      const { polls } = vendor;
      await given.clock.advance(25_000);
      expect((await given.generation(overdue)).failureCode).toBe("deadline_exceeded");
      expect(vendor.polls).toBeGreaterThan(polls);
      expect(provider.submits).toHaveLength(1);
      vendor.ends = true;
      await given.clock.advance(25_000);
      expect(provider.submits).toHaveLength(2);
    })();
  });

  it("keeps its capacity while the vendor has not confirmed the cancel", async () => {
    const outcomes: CancelOutcome[] = ["requested", "requested", "requested"];
    const { provider } = limited({ cancel: [() => outcomes.shift() ?? "canceled"] });
    await bench({ provider }, async (given) => {
      await given.submit({ ...free, deadlineMs: 30_000 });
      given.worker.start();
      await given.clock.advance(10_000);
      await given.submit(free);
      await given.clock.advance(20_500);
      expect(provider.cancels.length).toBeGreaterThan(0);
      expect(provider.submits).toHaveLength(1);
      await given.clock.advance(15_000);
      expect(provider.cancels).toHaveLength(4);
      expect(provider.submits).toHaveLength(2);
    })();
  });

  it("keeps its capacity for a minute if the vendor never ends it", async () => {
    const { provider } = limited();
    await bench({ provider }, async (given) => {
      await given.submit({ ...free, deadlineMs: 30_000 });
      given.worker.start();
      await given.clock.advance(10_000);
      await given.submit(free);
      await given.clock.advance(79_900);
      expect(provider.submits).toHaveLength(1);
      await given.clock.advance(200);
      expect(provider.submits).toHaveLength(2);
      await given.clock.advance(60_000);
      expect(given.log.join("\n")).not.toContain("may still charge");
    })();
  });
});

describe("a blocking request whose generation was ended, at a full gate", () => {
  it("keeps its capacity until the time that its generation had is over", async () => {
    const { provider } = limited({ capabilities: { resumable: false }, submit: [untilAborted] });
    await bench({ provider }, async (given) => {
      await given.submit({ ...free, deadlineMs: 30_000 });
      given.worker.start();
      await given.clock.advance(10_000);
      await given.submit(free);
      await given.clock.advance(79_000);
      expect(provider.submits).toHaveLength(1);
      await given.clock.advance(2_000);
      expect(provider.submits).toHaveLength(2);
    })();
  });
});
