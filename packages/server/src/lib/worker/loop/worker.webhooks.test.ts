import { describe, expect, it } from "vitest";
import { accepted, done, type ProviderScript, scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { type BenchOptions, type WorkerBench, workerBench } from "../../../../testing/worker-bench.js";
import { defineModel } from "../../model/define-model.js";
import { StoreUnavailable } from "../../ports/store/store-unavailable.js";
import { memoryStorage } from "../../storage/memory-storage.js";
import { libsqlStore } from "../../store/libsql/libsql-store.js";

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

  it("takes the job that the provider finds by the attempt's token, whatever a call-back names", async () => {
    const findByToken = [{ type: "unknown" }, { type: "found", operation: { job: "found" } }] as const;
    const provider = callingBack({ submit: [lost], findByToken });
    await bench({ provider }, async (given) => {
      const id = await given.submit();
      await given.runTo(id, "reconciling");
      await callBack(given, id, { hint: { job: "somebody else's" } });
      expect((await given.runTo(id)).state).toBe("completed");
      expect(provider.polls).toEqual([{ job: "found" }]);
      expect(provider.submits).toHaveLength(1);
    })();
  });

  it("leaves it to a worker that knows the provider to ask for the attempt's job", async () => {
    const provider = callingBack({ submit: [lost], findByToken: [{ type: "found", operation: { job: "found" } }] });
    await bench({ provider }, async (given) => {
      const id = await given.submit();
      await given.runTo(id, "reconciling");
      await callBack(given, id, { hint: { job: "somebody else's" } });
      const input = { "~standard": { version: 1, vendor: "test", validate: (value: unknown) => ({ value }) } } as const;
      const demo = defineModel({ input, credits: 4, provider: scriptedProvider({ id: "another" }) });
      await given.step(given.addWorker({ models: { demo } }));
      expect((await given.generation(id)).state).toBe("reconciling");
      expect((await given.runTo(id)).state).toBe("completed");
      expect(provider.polls).toEqual([{ job: "found" }]);
    })();
  });

  it("asks the provider for the attempt's job as soon as a call-back came", async () => {
    const provider = callingBack({ submit: [lost], findByToken: [{ type: "found", operation: { job: "found" } }] });
    await bench({ provider }, async (given) => {
      const id = await given.submit();
      await given.runTo(id, "reconciling");
      await callBack(given, id);
      await given.step();
      expect(provider.lookups).toHaveLength(1);
      expect((await given.generation(id)).state).toBe("running");
    })();
  });

  it("takes the job that a call-back names when the provider could not tell until the window's end", async () => {
    const provider = callingBack({ submit: [lost], findByToken: [{ type: "unknown" }] });
    await bench({ provider, model: { resubmitUnknown: true } }, async (given) => {
      const id = await given.submit();
      await given.runTo(id, "reconciling");
      const reconcilesUntil = given.clock.now() + 600_000;
      await callBack(given, id);
      await given.runTo(id, "running");
      expect(given.clock.now()).toBe(reconcilesUntil);
      expect((await given.runTo(id)).state).toBe("completed");
      expect(provider.polls).toEqual([{ job: "told" }]);
      expect(provider.submits).toHaveLength(1);
    })();
  });

  it("neither takes nor sends again, where the model would, what a call-back names and the provider never had", async () => {
    const provider = callingBack({ submit: [lost, accepted()], findByToken: [{ type: "absent" }] });
    await bench({ provider, model: { resubmitUnknown: true } }, async (given) => {
      const id = await given.submit();
      await given.runTo(id, "reconciling");
      const reconcilesUntil = given.clock.now() + 600_000;
      await callBack(given, id);
      expect(await given.runTo(id)).toMatchObject({ state: "failed", failureCode: "outcome_unknown", attempts: 1 });
      expect(given.clock.now()).toBe(reconcilesUntil);
      expect(provider.submits).toHaveLength(1);
      expect(provider.polls).toEqual([]);
      expect(await given.balance()).toBe(100);
    })();
  });

  it("leaves the job alone that a call-back names and the provider says is not ours", async () => {
    const provider = callingBack({ submit: [lost], findByToken: [{ type: "absent" }], cancel: ["canceled"] });
    await bench({ provider }, async (given) => {
      const id = await given.submit();
      await given.runTo(id, "reconciling");
      await callBack(given, id, { hint: { job: "somebody else's" } });
      expect(await given.runTo(id)).toMatchObject({ state: "failed", failureCode: "outcome_unknown" });
      await given.nextStep();
      await callBack(given, id, { deliveryId: "msg_2", hint: { job: "another one's" } });
      await given.nextStep();
      expect(provider.cancels).toEqual([]);
      expect(await given.store.nextDueInMs({ models: ["demo"], topics: ["cancel_job"] })).toBeNull();
    })();
  });

  it("leaves a stranger's job alone that is named when the end is known", async () => {
    const provider = callingBack({ submit: [lost], findByToken: [{ type: "unknown" }], cancel: ["canceled"] });
    await bench({ provider }, async (given) => {
      const id = await given.submit();
      await given.runTo(id);
      await callBack(given, id, { hint: { job: "somebody else's" } });
      for (let step = 0; step < 30; step += 1) await given.nextStep();
      expect(provider.cancels).toEqual([]);
      expect(given.log.join("\n")).toContain("its vendor may charge for it");
    })();
  });

  it("takes a job that is found although it was said to be absent, once a call-back had named one", async () => {
    const findByToken = [{ type: "absent" }, { type: "found", operation: { job: "found" } }] as const;
    const provider = callingBack({ submit: [lost], findByToken });
    await bench({ provider }, async (given) => {
      const id = await given.submit();
      await given.runTo(id, "reconciling");
      await callBack(given, id);
      expect(await given.runTo(id)).toMatchObject({ state: "completed", attempts: 1 });
      expect(provider.polls).toEqual([{ job: "found" }]);
    })();
  });

  it("does not send again what a call-back says was taken, where the model would and nobody can be asked", async () => {
    const provider = callingBack({ submit: [lost, accepted()] });
    await bench({ provider, model: { resubmitUnknown: true } }, async (given) => {
      const id = await given.submit();
      await given.runTo(id, "reconciling");
      await callBack(given, id);
      expect((await given.runTo(id)).state).toBe("completed");
      expect(provider.submits).toHaveLength(1);
    })();
  });

  it("gives the credits back for a job that poll does not know by the attempt's token", async () => {
    const notOurs = {
      type: "failed",
      failure: { code: "submit_unknown", message: "It is not of this token." },
    } as const;
    const provider = callingBack({ submit: [lost, accepted()], poll: [notOurs] });
    await bench({ provider, model: { resubmitUnknown: true } }, async (given) => {
      const id = await given.submit();
      await given.runTo(id, "reconciling");
      await callBack(given, id, { hint: { job: "somebody else's" } });
      expect(await given.runTo(id)).toMatchObject({ state: "failed", failureCode: "outcome_unknown", outputs: [] });
      expect(provider.submits).toHaveLength(1);
      expect(await given.balance()).toBe(100);
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
