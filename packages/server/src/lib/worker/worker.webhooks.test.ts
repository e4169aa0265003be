import { describe, expect, it } from "vitest";
import { StoreUnavailable } from "../ports/store-unavailable.js";
import { memoryStorage } from "../storage/memory-storage.js";
import { libsqlStore } from "../store/libsql/libsql-store.js";
import { accepted, done, type ProviderScript, scriptedProvider } from "../testing/scripted-provider.js";
import { type BenchOptions, type WorkerBench, workerBench } from "../testing/worker-bench.js";

const openBench = workerBench({
  openStore: (path, now) => libsqlStore({ url: `file:${path}`, now, synchronous: "normal" }),
  createStorage: memoryStorage,
});

const lost = { type: "unknown", reason: "cut" } as const;
const running = { type: "running", progress: null } as const;

const callingBack = (script: ProviderScript<unknown> = {}) =>
  scriptedProvider({ webhookSecrets: ["whsec_"], ...script });

const bench = (options: BenchOptions, run: (given: WorkerBench) => Promise<void>) =>
  openBench({ ...options, worker: { webhookUrlOf: async () => "https://example.com/hook", ...options.worker } }, run);

const callBack = ({ store }: WorkerBench, generationId: string, change = {}) =>
  store.recordWebhook({ generationId, attempt: 1, deliveryId: "msg_1", hint: { job: "told" }, ...change });

describe("a worker whose provider calls back", () => {
  it("brings a job home whose reply was lost by the call-back alone, and pays once", async () => {
    const provider = callingBack({ submit: [lost] });
    await bench({ provider }, async (given) => {
      const id = await given.submit();
      await given.runTo(id, "reconciling");
      await callBack(given, id);
      await given.step();
      expect(await given.generation(id)).toMatchObject({ state: "running", attempts: 1 });
      await given.step();
      expect(await given.generation(id)).toMatchObject({ state: "completed", refundedCredits: 0 });
      expect(provider.polls).toEqual([{ job: "told" }]);
      expect(provider.submits).toHaveLength(1);
    })();
  });

  it("loses nothing of one that comes before the reply, which is then lost", async () => {
    let during = async () => {};
    const provider = callingBack({
      submit: [
        async () => {
          await during();
          throw new Error("connection reset");
        },
      ],
    });
    await bench({ provider }, async (given) => {
      const id = await given.submit();
      during = async () => expect(await callBack(given, id)).toBe("recorded");
      for (let steps = 0; steps < 3; steps += 1) await given.step();
      expect((await given.generation(id)).state).toBe("completed");
      expect(provider.submits).toHaveLength(1);
    })();
  });

  it("asks at once when one came before the reply, about the job that the reply names", async () => {
    let during = async () => {};
    const provider = callingBack({
      submit: [
        async () => {
          await during();
          return accepted({ job: "answered" });
        },
      ],
    });
    await bench({ provider }, async (given) => {
      const id = await given.submit();
      during = async () => expect(await callBack(given, id)).toBe("recorded");
      for (let steps = 0; steps < 2; steps += 1) await given.step();
      expect((await given.generation(id)).state).toBe("completed");
      expect(provider.polls).toEqual([{ job: "answered" }]);
    })();
  });

  it("goes on by it after a crash in the middle of the paid request", async () => {
    const never = () => new Promise<never>(() => {});
    const provider = callingBack({ submit: [never] });
    await bench({ provider }, async (given) => {
      const id = await given.submit();
      void given.step();
      await given.clock.advance(1);
      await callBack(given, id);
      given.clock.skip(31_000);
      const other = given.addWorker();
      expect((await given.runTo(id, "completed", other)).attempts).toBe(1);
      expect(provider.polls).toEqual([{ job: "told" }]);
    })();
  });

  it("does not send again what a call-back says was taken, where the model would", async () => {
    const provider = callingBack({ submit: [lost, accepted()], findByToken: [{ type: "absent" }] });
    await bench({ provider, model: { resubmitUnknown: true } }, async (given) => {
      const id = await given.submit();
      await given.runTo(id, "reconciling");
      await callBack(given, id);
      expect((await given.runTo(id)).state).toBe("completed");
      expect(provider.submits).toHaveLength(1);
      expect(provider.lookups).toEqual([]);
    })();
  });

  it("cancels the job that it names, when the owner had asked for that", async () => {
    const provider = callingBack({ submit: [lost], poll: [running], cancel: ["canceled"] });
    await bench({ provider }, async (given) => {
      const id = await given.submit();
      await given.runTo(id, "reconciling");
      await given.cancel(id);
      await callBack(given, id);
      expect(await given.runTo(id)).toMatchObject({ state: "canceled", refundedCredits: 4 });
      expect(provider.cancels).toEqual([{ job: "told" }]);
    })();
  });

  it("cancels the job that it names after the end, and gives nothing back twice", async () => {
    const provider = callingBack({ submit: [lost], cancel: ["canceled"] });
    await bench({ provider }, async (given) => {
      const id = await given.submit();
      const ended = await given.runTo(id);
      expect(ended).toMatchObject({ state: "failed", failureCode: "outcome_unknown" });
      expect(await callBack(given, id)).toBe("unmatched");
      await given.step();
      expect(provider.cancels).toEqual([{ job: "told" }]);
      expect(await given.generation(id)).toEqual(ended);
      expect(await given.balance()).toBe(100);
    })();
  });

  it("finds the URL before it pays: a store that is away costs time, and nothing else", async () => {
    let asked = 0;
    const provider = callingBack({ poll: [done()] });
    const webhookUrlOf = async () => {
      asked += 1;
      if (asked === 1) throw new StoreUnavailable("away");
      return "https://example.com/hook";
    };
    await bench({ provider, worker: { webhookUrlOf } }, async (given) => {
      const id = await given.submit();
      const step = given.step();
      await given.clock.advance(60_000);
      await step;
      expect(provider.submits.map(({ webhookUrl }) => webhookUrl)).toEqual(["https://example.com/hook"]);
      expect((await given.runTo(id)).attempts).toBe(1);
    })();
  });
});
