import { describe, expect, it } from "vitest";
import { accepted, scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { type WorkerBench, workerBench } from "../../../../testing/worker-bench.js";
import type { LookupOutcome } from "../../ports/provider.js";
import { memoryStorage } from "../../storage/memory-storage.js";
import { libsqlStore } from "../../store/libsql/libsql-store.js";

const bench = workerBench({
  openStore: (path, now) => libsqlStore({ url: `file:${path}`, now, synchronous: "normal" }),
  createStorage: memoryStorage,
});

const running = { type: "running", progress: 0.5 } as const;
const cut = (): never => {
  throw new Error("connection reset");
};

/** The recorded cancel of the only attempt. */
async function jobCancelOf({ store }: WorkerBench, id: string) {
  return (await store.getDetail({ id }))?.attempts.map(({ jobCancel }) => jobCancel);
}

describe("the recorded cancel of a job", () => {
  it("stays `unsupported` if a poll for the end of the job fails", async () => {
    let isAway = false;
    const provider = scriptedProvider({ poll: [() => (isAway ? cut() : running)] });
    await bench({ provider: { ...provider, limits: { concurrency: 1 } } }, async (given) => {
      const id = await given.submit({ deadlineMs: 60_000, gate: "scripted" });
      await given.runTo(id);
      await given.nextStep();
      expect(await jobCancelOf(given, id)).toEqual(["unsupported"]);
      isAway = true;
      await given.nextStep();
      expect(await jobCancelOf(given, id)).toEqual(["unsupported"]);
    })();
  });

  it.each<{ readonly what: string; readonly lookup: LookupOutcome | (() => never) }>([
    { what: "fails", lookup: cut },
    { what: "shows nothing", lookup: { type: "unknown" } },
  ])("is null while no cancel was sent, because the lookup of the job $what", async ({ lookup }) => {
    const submit = [{ type: "unknown", reason: "connection reset" } as const];
    await bench(
      { provider: scriptedProvider({ submit, cancel: ["canceled"], findByToken: [lookup] }) },
      async (given) => {
        const id = await given.submit({ deadlineMs: 60_000 });
        await given.runTo(id);
        await given.nextStep();
        expect(await jobCancelOf(given, id)).toEqual([null]);
      },
    )();
  });

  it("is `unknown` if the provider does not respond to the cancel in time", async () => {
    const cancel = [() => new Promise<never>(() => {})];
    await bench({ provider: scriptedProvider({ poll: [running], cancel }) }, async (given) => {
      const id = await given.submit({ deadlineMs: 60_000 });
      await given.runTo(id);
      const step = given.nextStep();
      await given.clock.advance(30_000);
      await step;
      expect(await jobCancelOf(given, id)).toEqual(["unknown"]);
    })();
  });
});

describe("a store that refuses the record of a cancel", () => {
  const provider = () => scriptedProvider({ submit: [accepted()], poll: [running], cancel: ["canceled"] });
  const brokenWorker = (given: WorkerBench) =>
    given.addWorker({ store: { ...given.store, recordJobCancel: () => Promise.reject(new Error("refused")) } });

  it("does not keep a confirmed cancel from ending the generation", async () => {
    await bench({ provider: provider() }, async (given) => {
      const id = await given.submit();
      await given.runTo(id, "running");
      await given.cancel(id);
      await given.nextStep(brokenWorker(given));
      expect(await given.generation(id)).toMatchObject({ state: "canceled", refundedCredits: 4 });
      expect(given.log.join("\n")).toContain("warn Could not record the cancel of a job");
    })();
  });

  it("does not keep a canceled job in the outbox", async () => {
    await bench({ provider: provider() }, async (given) => {
      await given.runTo(await given.submit({ deadlineMs: 60_000 }));
      await given.nextStep(brokenWorker(given));
      expect(await given.store.nextDueInMs({ models: ["demo"], topics: ["cancel_job"] })).toBeNull();
    })();
  });
});
