import { describe, expect, it } from "vitest";
import { accepted, scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { heldAnswer } from "../../../../testing/held-answer.js";
import { workerBench } from "../../../../testing/worker-bench.js";
import type { CancelOutcome, LookupOutcome, SubmitOutcome } from "../../ports/provider.js";
import { memoryStorage } from "../../storage/memory-storage.js";
import { libsqlStore } from "../../store/libsql/libsql-store.js";
import { outboxTopics } from "../outbox/drain-outbox.js";

const bench = workerBench({
  openStore: (path, now) => libsqlStore({ url: `file:${path}`, now, synchronous: "normal" }),
  createStorage: memoryStorage,
});

const running = { type: "running", progress: 0.5 } as const;
const lost: SubmitOutcome = { type: "unknown", reason: "connection reset" };
const nothingLeft = { models: ["demo"], topics: outboxTopics };
const cut = (): never => {
  throw new Error("connection reset");
};

describe("a job whose generation missed its deadline", () => {
  it.each<{ readonly what: string; readonly cancel: readonly (CancelOutcome | (() => never))[] }>([
    { what: "at once", cancel: ["canceled"] },
    { what: "although it was too late", cancel: ["too_late"] },
    { what: "again until it has stopped", cancel: ["requested", cut, "canceled"] },
  ])("is canceled at its provider after the refund, $what", async ({ cancel }) => {
    const provider = scriptedProvider({ submit: [accepted({ job: 7 })], poll: [running], cancel });
    await bench({ provider }, async (given) => {
      const id = await given.submit({ deadlineMs: 60_000 });
      expect(await given.runTo(id)).toMatchObject({ failureCode: "deadline_exceeded" });
      expect(await given.balance()).toBe(100);
      for (const _ of cancel) await given.nextStep();
      expect(provider.cancels).toEqual(cancel.map(() => ({ job: 7 })));
      expect(await given.store.nextDueInMs(nothingLeft)).toBeNull();
    })();
  });

  it("is left alone by a provider that cannot cancel", async () => {
    await bench({ provider: scriptedProvider({ poll: [running] }) }, async (given) => {
      await given.runTo(await given.submit({ deadlineMs: 60_000 }));
      await given.nextStep();
      expect(await given.store.nextDueInMs(nothingLeft)).toBeNull();
    })();
  });

  it("is given up in the end when the provider never confirms, and said so", async () => {
    const provider = scriptedProvider({ poll: [running], cancel: ["requested"] });
    await bench({ provider }, async (given) => {
      await given.runTo(await given.submit({ deadlineMs: 60_000 }));
      for (let step = 0; step < 20; step += 1) await given.nextStep();
      expect(provider.cancels).toHaveLength(12);
      expect(given.log.join("\n")).toContain("its vendor may charge for it");
      expect(await given.store.nextDueInMs(nothingLeft)).toBeNull();
    })();
  });

  it("is not given up by a worker that is stopped while it asks for the last time", async () => {
    const last = heldAnswer<CancelOutcome>();
    const requested = Array.from({ length: 11 }, () => "requested" as const);
    const cancel = [...requested, () => last.line({ signal: AbortSignal.abort() })];
    await bench({ provider: scriptedProvider({ poll: [running], cancel }) }, async (given) => {
      await given.runTo(await given.submit({ deadlineMs: 60_000 }));
      for (const _ of requested) await given.nextStep();
      const step = given.nextStep();
      await last.asked;
      await given.worker.stop();
      await step;
      expect(given.log.join("\n")).not.toContain("its vendor may charge for it");
      expect(await given.store.nextDueInMs(nothingLeft)).not.toBeNull();
    })();
  });
});

describe("a job whose reply was lost, and whose generation has ended", () => {
  it.each<{ readonly what: string; readonly lookup: LookupOutcome; readonly cancels: number }>([
    { what: "found and canceled", lookup: { type: "found", operation: { job: 9 } }, cancels: 1 },
    { what: "left where it never was", lookup: { type: "absent" }, cancels: 0 },
  ])("is $what", async ({ lookup, cancels }) => {
    let isBlind = true;
    const provider = scriptedProvider({
      submit: [lost],
      cancel: ["canceled"],
      findByToken: [() => (isBlind ? { type: "unknown" } : lookup)],
    });
    await bench({ provider }, async (given) => {
      await given.runTo(await given.submit({ deadlineMs: 60_000 }));
      await given.nextStep();
      expect(provider.cancels).toEqual([]);
      isBlind = false;
      await given.nextStep();
      expect(provider.cancels).toHaveLength(cancels);
      expect(await given.store.nextDueInMs(nothingLeft)).toBeNull();
    })();
  });

  it("is looked for again where the answer says nothing that is known", async () => {
    // The cast stands for a provider that violates its types.
    const nonsense = { type: "missing" } as unknown as LookupOutcome;
    let answer: LookupOutcome = { type: "unknown" };
    const provider = scriptedProvider({ submit: [lost], cancel: ["canceled"], findByToken: [() => answer] });
    await bench({ provider }, async (given) => {
      await given.runTo(await given.submit({ deadlineMs: 60_000 }));
      answer = nonsense;
      await given.nextStep();
      expect(provider.cancels).toEqual([]);
      answer = { type: "found", operation: { job: 7 } };
      await given.nextStep();
      expect(provider.cancels).toEqual([{ job: 7 }]);
    })();
  });

  it("is left alone by a provider that can find none: there is nothing to name", async () => {
    const never = (): Promise<never> => new Promise(() => {});
    const provider = scriptedProvider({ submit: [never], cancel: ["canceled"] });
    await bench({ provider }, async (given) => {
      const id = await given.submit({ deadlineMs: 60_000 });
      const step = given.step();
      await given.clock.advance(61_000);
      await step;
      expect(await given.runTo(id)).toMatchObject({ failureCode: "deadline_exceeded" });
      expect(await given.store.nextDueInMs(nothingLeft)).toBe(0);
      await given.nextStep();
      expect(provider.cancels).toEqual([]);
      expect(await given.store.nextDueInMs(nothingLeft)).toBeNull();
    })();
  });
});
