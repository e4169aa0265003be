import { describe, expect, it } from "vitest";
import { accepted, scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { heldCall } from "../../../../testing/held-call.js";
import { workerBench } from "../../../../testing/worker-bench.js";
import type { CancelOutcome, LookupOutcome, SubmitOutcome } from "../../ports/provider.js";
import { memoryStorage } from "../../storage/memory-storage.js";
import { libsqlStore } from "../../store/libsql/libsql-store.js";

const bench = workerBench({
  openStore: (path, now) => libsqlStore({ url: `file:${path}`, now, synchronous: "normal" }),
  createStorage: memoryStorage,
});

const running = { type: "running", progress: 0.5 } as const;
const lost: SubmitOutcome = { type: "unknown", reason: "connection reset" };
const jobs = { models: ["demo"], topics: ["cancel_job"] } as const;
const cut = (): never => {
  throw new Error("connection reset");
};

describe("a job whose generation missed its deadline", () => {
  it.each<{ readonly what: string; readonly cancel: readonly (CancelOutcome | (() => never))[] }>([
    { what: "with one request", cancel: ["canceled"] },
    { what: "also if it is too late", cancel: ["too_late"] },
    { what: "repeatedly until it has stopped", cancel: ["requested", cut, "canceled"] },
  ])("is canceled at the provider after the refund, $what", async ({ cancel }) => {
    const provider = scriptedProvider({ submit: [accepted({ job: 7 })], poll: [running], cancel });
    await bench({ provider }, async (given) => {
      const id = await given.submit({ deadlineMs: 60_000 });
      expect(await given.runTo(id)).toMatchObject({ failureCode: "deadline_exceeded" });
      expect(await given.balance()).toBe(100);
      for (const outcome of cancel) {
        await given.nextStep();
        const [attempt] = (await given.store.getDetail({ id }))?.attempts ?? [];
        expect(attempt?.jobCancel).toBe(typeof outcome === "string" ? outcome : "unknown");
      }
      expect(provider.cancels).toEqual(cancel.map(() => ({ job: 7 })));
      expect(await given.store.nextDueInMs(jobs)).toBeNull();
    })();
  });

  it("leaves the outbox if the provider cannot cancel", async () => {
    await bench({ provider: scriptedProvider({ poll: [running] }) }, async (given) => {
      const id = await given.submit({ deadlineMs: 60_000 });
      await given.runTo(id);
      await given.nextStep();
      expect(await given.store.nextDueInMs(jobs)).toBeNull();
      expect((await given.store.getDetail({ id }))?.attempts).toMatchObject([{ jobCancel: "unsupported" }]);
    })();
  });

  it("is given up after twelve cancels without a confirmation, with a warning", async () => {
    const provider = scriptedProvider({ poll: [running], cancel: ["requested"] });
    await bench({ provider }, async (given) => {
      await given.runTo(await given.submit({ deadlineMs: 60_000 }));
      for (let step = 0; step < 20; step += 1) await given.nextStep();
      expect(provider.cancels).toHaveLength(12);
      expect(given.log.join("\n")).toContain("the provider may still charge for it");
      expect(await given.store.nextDueInMs(jobs)).toBeNull();
    })();
  });

  it("is not given up by a worker that stops during the last cancel", async () => {
    const last = heldCall<CancelOutcome>();
    const requested = Array.from({ length: 11 }, () => "requested" as const);
    const cancel = [...requested, () => last.run()];
    const provider = scriptedProvider({ poll: [running], cancel });
    await bench({ provider }, async (given) => {
      await given.runTo(await given.submit({ deadlineMs: 60_000 }));
      while (provider.cancels.length < requested.length) await given.nextStep();
      const step = given.nextStep();
      await last.called;
      await given.worker.stop();
      await step;
      expect(given.log.join("\n")).not.toContain("the provider may still charge for it");
      expect(await given.store.nextDueInMs(jobs)).not.toBeNull();
    })();
  });
});

describe("a job whose response was lost, and whose generation has ended", () => {
  it.each<{ readonly what: string; readonly lookup: LookupOutcome; readonly cancels: number }>([
    { what: "is looked up and canceled", lookup: { type: "found", operation: { job: 9 } }, cancels: 1 },
    { what: "leaves the outbox if it is absent", lookup: { type: "absent" }, cancels: 0 },
  ])("$what", async ({ lookup, cancels }) => {
    let isHidden = true;
    const provider = scriptedProvider({
      submit: [lost],
      cancel: ["canceled"],
      findByToken: [() => (isHidden ? { type: "unknown" } : lookup)],
    });
    await bench({ provider }, async (given) => {
      await given.runTo(await given.submit({ deadlineMs: 60_000 }));
      await given.nextStep();
      expect(provider.cancels).toEqual([]);
      isHidden = false;
      await given.nextStep();
      expect(provider.cancels).toHaveLength(cancels);
      expect(await given.store.nextDueInMs(jobs)).toBeNull();
    })();
  });

  it("is looked up again after an invalid result", async () => {
    // The cast stands for a provider that violates its types.
    const nonsense = { type: "missing" } as unknown as LookupOutcome;
    let result: LookupOutcome = { type: "unknown" };
    const provider = scriptedProvider({ submit: [lost], cancel: ["canceled"], findByToken: [() => result] });
    await bench({ provider }, async (given) => {
      await given.runTo(await given.submit({ deadlineMs: 60_000 }));
      result = nonsense;
      await given.nextStep();
      expect(provider.cancels).toEqual([]);
      result = { type: "found", operation: { job: 7 } };
      await given.nextStep();
      expect(provider.cancels).toEqual([{ job: 7 }]);
    })();
  });

  it("leaves the outbox if the provider has no lookup", async () => {
    const never = (): Promise<never> => new Promise(() => {});
    const provider = scriptedProvider({ submit: [never], cancel: ["canceled"] });
    await bench({ provider }, async (given) => {
      const id = await given.submit({ deadlineMs: 60_000 });
      const step = given.step();
      await given.clock.advance(61_000);
      await step;
      expect(await given.runTo(id)).toMatchObject({ failureCode: "deadline_exceeded" });
      expect(await given.store.nextDueInMs(jobs)).toBe(0);
      await given.nextStep();
      expect(provider.cancels).toEqual([]);
      expect(await given.store.nextDueInMs(jobs)).toBeNull();
      expect((await given.store.getDetail({ id }))?.attempts).toMatchObject([{ jobCancel: "unsupported" }]);
    })();
  });
});
