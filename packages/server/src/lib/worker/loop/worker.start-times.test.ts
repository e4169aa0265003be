import { describe, expect, it } from "vitest";
import { done, scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { workerBench } from "../../../../testing/worker-bench.js";
import type { Store } from "../../ports/store/store.js";
import { memoryStorage } from "../../storage/memory-storage.js";
import { libsqlStore } from "../../store/libsql/libsql-store.js";

const bench = workerBench({
  openStore: (path, now) => libsqlStore({ url: `file:${path}`, now, synchronous: "normal" }),
  createStorage: memoryStorage,
});

const never = (): Promise<never> => new Promise(() => {});
const hourMs = 3_600_000;

describe("a worker with generations that wait", () => {
  it("fails those that expire while no slot is free, and refunds each once", async () => {
    await bench({ provider: scriptedProvider({ submit: [never] }), worker: { concurrency: 1 } }, async (given) => {
      await given.submit();
      given.worker.start();
      given.addWorker({ concurrency: 1 });
      await given.clock.advance(5_000);
      const waiting = [];
      for (let count = 0; count < 3; count += 1) waiting.push(await given.submit({ expiresAfterMs: 20_000 }));
      expect(await given.balance()).toBe(84);
      await given.clock.advance(26_000);
      for (const id of waiting) {
        expect(await given.generation(id)).toMatchObject({ failureCode: "expired", attempts: 0, refundedCredits: 4 });
      }
      expect(await given.balance()).toBe(96);
    })();
  });

  it("completes one that started before its expiry, however long the provider blocks, and pays once", async () => {
    let respond = (): void => {};
    const blocking = () =>
      new Promise<ReturnType<typeof done>>((resolve) => {
        respond = () => resolve(done());
      });
    const provider = scriptedProvider({ capabilities: { resumable: false }, submit: [blocking] });
    await bench({ provider }, async (given) => {
      const id = await given.submit({ expiresAfterMs: 10_000 });
      await given.clock.advance(9_000);
      given.worker.start();
      given.addWorker().start();
      await expect.poll(async () => (await given.generation(id)).state).toBe("submitting");
      // Past the expiry, and past several leases.
      await given.clock.advance(120_000);
      expect(await given.generation(id)).toMatchObject({ state: "submitting", attempts: 1 });
      respond();
      await expect.poll(async () => (await given.generation(id)).state).toBe("completed");
      expect(provider.submits).toHaveLength(1);
    })();
  });

  it("starts one at its earliest start, and parks it if it is claimed before", async () => {
    const provider = scriptedProvider();
    await bench({ provider }, async (given) => {
      const notBefore = given.clock.now() + hourMs;
      const id = await given.submit({ notBefore });
      await given.store.wakeByOperator({ action: { actor: "grace", action: "wake", subject: id, reason: "" }, id });
      await given.step();
      expect(await given.generation(id)).toMatchObject({ state: "queued", attempts: 0 });
      given.clock.skip(hourMs - 1);
      await given.step();
      expect(provider.submits).toHaveLength(0);
      given.clock.skip(1);
      await given.step();
      expect(provider.submits).toHaveLength(1);
      expect((await given.runTo(id)).state).toBe("completed");
    })();
  });

  it("parks an early claim once, however late the park is written, and counts no expired lease", async () => {
    const provider = scriptedProvider();
    await bench({ provider }, async (given) => {
      const park: Store["park"] = (command) => {
        given.clock.skip(20);
        return given.store.park(command);
      };
      const worker = given.addWorker({ store: { ...given.store, park } });
      const notBefore = given.clock.now() + hourMs;
      const id = await given.submit({ notBefore });
      await given.store.wakeByOperator({ action: { actor: "grace", action: "wake", subject: id, reason: "" }, id });
      await given.store.claim({ models: ["demo"], limit: 1, leaseMs: 1_000, token: "crashed", id });
      given.clock.skip(1_000);
      for (let deliveries = 0; deliveries < 2; deliveries += 1) await worker.advance(id);
      expect(await given.generation(id)).toMatchObject({ state: "queued", epoch: 2, expiredLeases: 0 });
      given.clock.skip(notBefore - given.clock.now());
      await given.step(worker);
      expect(provider.submits).toHaveLength(1);
    })();
  });

  it("takes one at its rank once a slot is free, if the slots were busy at its start", async () => {
    let respond = (): void => {};
    const blocking = () =>
      new Promise<ReturnType<typeof done>>((resolve) => {
        respond = () => resolve(done());
      });
    const provider = scriptedProvider({ submit: [blocking, done()] });
    await bench({ provider, worker: { concurrency: 1 } }, async (given) => {
      const ids = [await given.submit()];
      given.worker.start();
      await expect.poll(() => provider.submits.length).toBe(1);
      const scheduled = await given.submit({ ownerId: "eve", notBefore: given.clock.now() + 1_000 });
      await given.clock.advance(2_000);
      ids.push(await given.submit({ ownerId: "bob", priority: 9 }), scheduled);
      respond();
      await expect.poll(() => provider.submits.map(({ generationId }) => generationId)).toEqual(ids);
    })();
  });

  it("finds one within a minute if its wake was lost on a quiet server", async () => {
    const provider = scriptedProvider();
    await bench({ provider }, async (given) => {
      // A store's own commits wake no worker.
      given.addWorker({ store: given.store }).start();
      await given.clock.advance(605_000);
      await given.submit();
      await given.clock.advance(60_000);
      expect(provider.submits).toHaveLength(1);
    })();
  });
});
