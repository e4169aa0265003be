import { describe, expect, it } from "vitest";
import { anyInput } from "../../../../testing/fakes/any-input.js";
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

const withWebhook = (script: ProviderScript<unknown> = {}) =>
  scriptedProvider({ webhookSecrets: ["whsec_"], ...script });

const bench = (options: BenchOptions, run: (given: WorkerBench) => Promise<void>) =>
  openBench({ ...options, worker: { webhookUrlOf: async () => "https://example.com/hook", ...options.worker } }, run);

const receiveWebhook = ({ store }: WorkerBench, generationId: string, change = {}) =>
  store.recordWebhook({ generationId, attempt: 1, deliveryId: "msg_1", operationHint: { job: "hinted" }, ...change });

describe("a worker whose provider sends webhooks", () => {
  it("completes a job whose response was lost by its webhook, with one payment", async () => {
    const provider = withWebhook({ submit: [lost] });
    await bench({ provider }, async (given) => {
      const id = await given.submit();
      await given.runTo(id, "reconciling");
      await receiveWebhook(given, id);
      await given.step();
      expect(await given.generation(id)).toMatchObject({ state: "running", attempts: 1 });
      await given.step();
      expect(await given.generation(id)).toMatchObject({ state: "completed", refundedCredits: 0 });
      expect(provider.polls).toEqual([{ job: "hinted" }]);
      expect(provider.submits).toHaveLength(1);
    })();
  });

  it("completes a job whose webhook arrives before the response is lost", async () => {
    let during = async () => {};
    const provider = withWebhook({
      submit: [
        async () => {
          await during();
          throw new Error("connection reset");
        },
      ],
    });
    await bench({ provider }, async (given) => {
      const id = await given.submit();
      during = async () => expect(await receiveWebhook(given, id)).toBe("recorded");
      for (let steps = 0; steps < 3; steps += 1) await given.step();
      expect((await given.generation(id)).state).toBe("completed");
      expect(provider.submits).toHaveLength(1);
    })();
  });

  it("polls the job of the response at once when a webhook arrived before it", async () => {
    let during = async () => {};
    const provider = withWebhook({
      submit: [
        async () => {
          await during();
          return accepted({ job: "accepted" });
        },
      ],
    });
    await bench({ provider }, async (given) => {
      const id = await given.submit();
      during = async () => expect(await receiveWebhook(given, id)).toBe("recorded");
      for (let steps = 0; steps < 2; steps += 1) await given.step();
      expect((await given.generation(id)).state).toBe("completed");
      expect(provider.polls).toEqual([{ job: "accepted" }]);
    })();
  });

  it("continues with the webhook after a crash during the paid request", async () => {
    const never = () => new Promise<never>(() => {});
    const provider = withWebhook({ submit: [never] });
    await bench({ provider }, async (given) => {
      const id = await given.submit();
      void given.step();
      await given.clock.advance(1);
      await receiveWebhook(given, id);
      given.clock.skip(31_000);
      const other = given.addWorker();
      expect((await given.runTo(id, "completed", other)).attempts).toBe(1);
      expect(provider.polls).toEqual([{ job: "hinted" }]);
    })();
  });

  it("prefers the job that the provider finds by the token to the one of a webhook", async () => {
    const findByToken = [{ type: "unknown" }, { type: "found", operation: { job: "found" } }] as const;
    const provider = withWebhook({ submit: [lost], findByToken });
    await bench({ provider }, async (given) => {
      const id = await given.submit();
      await given.runTo(id, "reconciling");
      await receiveWebhook(given, id, { operationHint: { job: "foreign" } });
      expect((await given.runTo(id)).state).toBe("completed");
      expect(provider.polls).toEqual([{ job: "found" }]);
      expect(provider.submits).toHaveLength(1);
    })();
  });

  it("leaves the lookup of the job to a worker that has the provider", async () => {
    const provider = withWebhook({ submit: [lost], findByToken: [{ type: "found", operation: { job: "found" } }] });
    await bench({ provider }, async (given) => {
      const id = await given.submit();
      await given.runTo(id, "reconciling");
      await receiveWebhook(given, id, { operationHint: { job: "foreign" } });
      const demo = defineModel({ input: anyInput, credits: 4, provider: scriptedProvider({ id: "another" }) });
      await given.step(given.addWorker({ models: { demo } }));
      expect((await given.generation(id)).state).toBe("reconciling");
      expect((await given.runTo(id)).state).toBe("completed");
      expect(provider.polls).toEqual([{ job: "found" }]);
    })();
  });

  it("looks up the job at once when a webhook arrives", async () => {
    const provider = withWebhook({ submit: [lost], findByToken: [{ type: "found", operation: { job: "found" } }] });
    await bench({ provider }, async (given) => {
      const id = await given.submit();
      await given.runTo(id, "reconciling");
      await receiveWebhook(given, id);
      await given.step();
      expect(provider.lookups).toHaveLength(1);
      expect((await given.generation(id)).state).toBe("running");
    })();
  });

  it("continues with the job of a webhook if the lookup is inconclusive until the end of the window", async () => {
    const provider = withWebhook({ submit: [lost], findByToken: [{ type: "unknown" }] });
    await bench({ provider, model: { resubmitUnknown: true } }, async (given) => {
      const id = await given.submit();
      await given.runTo(id, "reconciling");
      const reconcilesUntil = given.clock.now() + 600_000;
      await receiveWebhook(given, id);
      await given.runTo(id, "running");
      expect(given.clock.now()).toBe(reconcilesUntil);
      expect((await given.runTo(id)).state).toBe("completed");
      expect(provider.polls).toEqual([{ job: "hinted" }]);
      expect(provider.submits).toHaveLength(1);
    })();
  });

  it("neither polls the job of a webhook nor pays again if the provider has no job with the token", async () => {
    const provider = withWebhook({ submit: [lost, accepted()], findByToken: [{ type: "absent" }] });
    await bench({ provider, model: { resubmitUnknown: true } }, async (given) => {
      const id = await given.submit();
      await given.runTo(id, "reconciling");
      const reconcilesUntil = given.clock.now() + 600_000;
      await receiveWebhook(given, id);
      expect(await given.runTo(id)).toMatchObject({ state: "failed", failureCode: "outcome_unknown", attempts: 1 });
      expect(given.clock.now()).toBe(reconcilesUntil);
      expect(provider.submits).toHaveLength(1);
      expect(provider.polls).toEqual([]);
      expect(await given.balance()).toBe(100);
    })();
  });

  it("does not cancel the job of a webhook if the provider has no job with the token", async () => {
    const provider = withWebhook({ submit: [lost], findByToken: [{ type: "absent" }], cancel: ["canceled"] });
    await bench({ provider }, async (given) => {
      const id = await given.submit();
      await given.runTo(id, "reconciling");
      await receiveWebhook(given, id, { operationHint: { job: "foreign" } });
      expect(await given.runTo(id)).toMatchObject({ state: "failed", failureCode: "outcome_unknown" });
      await given.nextStep();
      await receiveWebhook(given, id, { deliveryId: "msg_2", operationHint: { job: "another foreign" } });
      await given.nextStep();
      expect(provider.cancels).toEqual([]);
      expect(await given.store.nextDueInMs({ models: ["demo"], topics: ["cancel_job"] })).toBeNull();
    })();
  });

  it("does not cancel the job of a late webhook if the provider has a lookup", async () => {
    const provider = withWebhook({ submit: [lost], findByToken: [{ type: "unknown" }], cancel: ["canceled"] });
    await bench({ provider }, async (given) => {
      const id = await given.submit();
      await given.runTo(id);
      await receiveWebhook(given, id, { operationHint: { job: "foreign" } });
      for (let step = 0; step < 30; step += 1) await given.nextStep();
      expect(provider.cancels).toEqual([]);
      expect(given.log.join("\n")).toContain("the provider may still charge for it");
    })();
  });

  it("continues with a job that is found after an absent result, if a webhook arrived", async () => {
    const findByToken = [{ type: "absent" }, { type: "found", operation: { job: "found" } }] as const;
    const provider = withWebhook({ submit: [lost], findByToken });
    await bench({ provider }, async (given) => {
      const id = await given.submit();
      await given.runTo(id, "reconciling");
      await receiveWebhook(given, id);
      expect(await given.runTo(id)).toMatchObject({ state: "completed", attempts: 1 });
      expect(provider.polls).toEqual([{ job: "found" }]);
    })();
  });

  it("does not pay again if a webhook names the job and the provider has no lookup", async () => {
    const provider = withWebhook({ submit: [lost, accepted()] });
    await bench({ provider, model: { resubmitUnknown: true } }, async (given) => {
      const id = await given.submit();
      await given.runTo(id, "reconciling");
      await receiveWebhook(given, id);
      expect((await given.runTo(id)).state).toBe("completed");
      expect(provider.submits).toHaveLength(1);
    })();
  });

  it("fails with a refund if `poll` rejects the token of a hinted job", async () => {
    const foreignJob = {
      type: "failed",
      failure: { code: "submit_unknown", message: "The job has another token." },
    } as const;
    const provider = withWebhook({ submit: [lost, accepted()], poll: [foreignJob] });
    await bench({ provider, model: { resubmitUnknown: true } }, async (given) => {
      const id = await given.submit();
      await given.runTo(id, "reconciling");
      await receiveWebhook(given, id, { operationHint: { job: "foreign" } });
      expect(await given.runTo(id)).toMatchObject({ state: "failed", failureCode: "outcome_unknown", outputs: [] });
      expect(provider.submits).toHaveLength(1);
      expect(await given.balance()).toBe(100);
    })();
  });

  it("cancels the job of a webhook if the owner requested a cancel", async () => {
    const provider = withWebhook({ submit: [lost], poll: [running], cancel: ["canceled"] });
    await bench({ provider }, async (given) => {
      const id = await given.submit();
      await given.runTo(id, "reconciling");
      await given.cancel(id);
      await receiveWebhook(given, id);
      expect(await given.runTo(id)).toMatchObject({ state: "canceled", refundedCredits: 4 });
      expect(provider.cancels).toEqual([{ job: "hinted" }]);
    })();
  });

  it("cancels the job of a late webhook if the provider has no lookup, without a second refund", async () => {
    const provider = withWebhook({ submit: [lost], cancel: ["canceled"] });
    await bench({ provider }, async (given) => {
      const id = await given.submit();
      const ended = await given.runTo(id);
      expect(ended).toMatchObject({ state: "failed", failureCode: "outcome_unknown" });
      expect(await receiveWebhook(given, id)).toBe("unmatched");
      await given.step();
      expect(provider.cancels).toEqual([{ job: "hinted" }]);
      expect(await given.generation(id)).toEqual(ended);
      expect(await given.balance()).toBe(100);
    })();
  });

  it("reads the webhook URL before the paid request, and retries while the store is unavailable", async () => {
    let reads = 0;
    const provider = withWebhook({ poll: [done()] });
    const webhookUrlOf = async () => {
      reads += 1;
      if (reads === 1) throw new StoreUnavailable("unavailable");
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
