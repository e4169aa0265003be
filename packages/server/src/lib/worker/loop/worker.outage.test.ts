import { describe, expect, it } from "vitest";
import { done, scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { benchLeaseMs, type WorkerBench, workerBench } from "../../../../testing/worker-bench.js";
import type { Store } from "../../ports/store/store.js";
import { StoreUnavailable } from "../../ports/store/store-unavailable.js";
import { memoryStorage } from "../../storage/memory-storage.js";
import { libsqlStore } from "../../store/libsql/libsql-store.js";
import type { Worker } from "./worker.js";

const bench = workerBench({
  openStore: (path, now) => libsqlStore({ url: `file:${path}`, now, synchronous: "normal" }),
  createStorage: memoryStorage,
});

type Fault = "lose_request" | "lose_response" | null;

/** The same store behind a connection that fails as the test decides. */
function behindFaults(store: Store, faultOf: (command: keyof Store) => Fault): Store {
  return new Proxy(store, {
    get(target, name: keyof Store) {
      const method = target[name];
      if (typeof method !== "function" || name === "onForeignCommit") return method;
      return async (...args: readonly unknown[]) => {
        const fault = faultOf(name);
        if (fault === "lose_request") throw new StoreUnavailable("The network is down.");
        const result: unknown = await Reflect.apply(method, target, args);
        if (fault === "lose_response") throw new StoreUnavailable("The response was lost.");
        return result;
      };
    },
  });
}

/**
 * Lets a worker advance a generation to its end, step by step. The fake time stands still within a step, so that real
 * work, such as a hash, passes no deadline. Waiting for the store takes no fake time.
 */
async function finish(given: WorkerBench, id: string, worker: Worker): Promise<void> {
  while ((await given.generation(id)).finishedAt === null) {
    let isOver = false;
    const step = given.nextStep(worker).finally(() => {
      isOver = true;
    });
    while (!isOver) await given.clock.advance(0);
    await step;
  }
}

const commands = ["recordIntent", "recordOperation", "recordResult", "park", "settle"] as const;

describe("a worker whose store is unavailable", () => {
  it.each(commands.flatMap((command) => [[command, "lose_request"] as const, [command, "lose_response"] as const]))(
    "sends the same command again when %s fails: %s",
    async (command, fault) => {
      const provider = scriptedProvider({ poll: [{ type: "queued", queuePosition: 1 }, done()] });
      await bench({ provider }, async (given) => {
        let left = 2;
        const store = behindFaults(given.store, (name) => {
          if (name !== command || left === 0) return null;
          left -= 1;
          return fault;
        });
        const id = await given.submit();
        await finish(given, id, given.addWorker({ store, random: () => 0 }));
        expect(left).toBe(0);
        expect(provider.submits).toHaveLength(1);
        expect(await given.generation(id)).toMatchObject({ state: "completed", attempts: 1, expiredLeases: 0 });
      })();
    },
  );

  it("records a paid request although the outage outlasts the lease", async () => {
    const provider = scriptedProvider({ findByToken: [{ type: "unknown" }] });
    await bench({ provider }, async (given) => {
      let isDown = false;
      const store = behindFaults(given.store, () => (isDown ? "lose_request" : null));
      const worker = given.addWorker({
        store,
        onCrashPoint: (point) => {
          if (point === "P7") isDown = true;
        },
      });
      const id = await given.submit();
      const step = worker.tick();
      await given.clock.advance(2 * benchLeaseMs);
      expect((await given.generation(id)).state).toBe("submitting");
      await given.worker.tick();
      expect((await given.generation(id)).state).toBe("reconciling");

      isDown = false;
      await given.clock.advance(10_000);
      await step;
      expect((await given.generation(id)).state).toBe("running");
      expect((await given.runTo(id)).state).toBe("completed");
      expect(provider.submits).toHaveLength(1);
    })();
  });

  it("retries the record of a paid request also after another worker claimed the generation", async () => {
    const provider = scriptedProvider({ findByToken: [{ type: "unknown" }] });
    await bench({ provider }, async (given) => {
      let isDown = true;
      const store = behindFaults(given.store, (name) => (isDown && name === "recordOperation" ? "lose_request" : null));
      const id = await given.submit();
      const step = given.addWorker({ store }).tick();
      await given.clock.advance(1_000);
      given.clock.skip(benchLeaseMs);
      await given.worker.tick();
      expect((await given.generation(id)).state).toBe("reconciling");
      // The worker detects the lost lease here.
      await given.clock.advance(benchLeaseMs);
      isDown = false;
      await given.clock.advance(10_000);
      await step;
      expect((await given.generation(id)).state).toBe("running");
      expect(provider.submits).toHaveLength(1);
    })();
  });

  it("logs the outage once, recovers, and logs its end once", async () => {
    await bench({ provider: scriptedProvider() }, async (given) => {
      let isDown = true;
      const store = behindFaults(given.store, () => (isDown ? "lose_request" : null));
      const id = await given.submit();
      const worker = given.addWorker({ store });
      worker.start();
      await given.clock.advance(60_000);
      expect(given.log.filter((line) => line.startsWith("warn"))).toHaveLength(1);
      isDown = false;
      await given.clock.advance(10_000);
      expect(given.log.filter((line) => line.startsWith("info"))).toHaveLength(1);
      expect((await given.generation(id)).attempts).toBe(1);
      await worker.stop();
    })();
  });

  it("rejects `tick` when only the outbox cannot be read", async () => {
    await bench({ provider: scriptedProvider() }, async (given) => {
      const store = behindFaults(given.store, (name) => (name === "claimOutbox" ? "lose_request" : null));
      await expect(given.addWorker({ store }).tick()).rejects.toThrow("The network is down.");
    })();
  });

  it("drains although the store stays unavailable", async () => {
    await bench({ provider: scriptedProvider() }, async (given) => {
      let isDown = false;
      const store = behindFaults(given.store, () => (isDown ? "lose_request" : null));
      const worker = given.addWorker({
        store,
        onCrashPoint: (point) => {
          if (point === "P7") isDown = true;
        },
      });
      await given.submit();
      worker.start();
      await given.clock.advance(1_000);
      expect(isDown).toBe(true);
      const stopping = worker.stop();
      await given.clock.advance(20_000);
      await stopping;
    })();
  });
});

describe("a worker whose own code fails", () => {
  it("logs an error of the store that is no outage, and claims again", async () => {
    await bench({ provider: scriptedProvider() }, async (given) => {
      let failures = 1;
      const claim: Store["claim"] = (command) => {
        failures -= 1;
        return failures < 0 ? given.store.claim(command) : Promise.reject(new TypeError("a bug"));
      };
      const id = await given.submit();
      given.addWorker({ store: { ...given.store, claim } }).start();
      await given.clock.advance(10_000);
      expect(given.log).toEqual([expect.stringMatching(/^error An operation of the worker failed.*TypeError: a bug/)]);
      expect((await given.generation(id)).attempts).toBe(1);
    })();
  });

  it("logs the error, and lets the lease expire instead of crashing", async () => {
    await bench({ provider: scriptedProvider() }, async (given) => {
      const worker = given.addWorker({
        onCrashPoint: (point) => {
          if (point === "P4") throw new Error("a bug");
        },
      });
      const id = await given.submit();
      expect(await worker.tick()).toBe(1);
      expect(given.log.filter((line) => line.startsWith("error"))).toEqual([expect.stringContaining("a bug")]);
      expect((await given.runTo(id)).state).toBe("completed");
    })();
  });
});
