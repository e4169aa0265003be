import { describe, expect, it } from "vitest";
import { done, scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { wakeable } from "../../../../testing/fakes/wakeable.js";
import { Scenario } from "../../../../testing/store-contract/scenario.js";
import { type WorkerBench, workerBench } from "../../../../testing/worker-bench.js";
import type { Store } from "../../ports/store/store.js";
import { memoryStorage } from "../../storage/memory-storage.js";
import { libsqlStore } from "../../store/libsql/libsql-store.js";

const hourMs = 3_600_000;

let path = "";
const bench = workerBench({
  openStore: (file, now) => {
    path = file;
    return libsqlStore({ url: `file:${file}`, now, monotonicNow: now, synchronous: "normal" });
  },
  createStorage: memoryStorage,
});

/** A process whose wall clock the test sets; its timers and its monotonic clock are right. */
async function withWrongClock(
  given: WorkerBench,
  test: (process: {
    aheadMs: number;
    readonly store: Store;
    readonly addWorker: (change?: { readonly keepGenerationsMs: number }) => void;
    readonly submit: (count: number) => Promise<readonly string[]>;
  }) => Promise<void>,
): Promise<void> {
  const { clock } = given;
  const now = (): number => clock.now() + process.aheadMs;
  const store = libsqlStore({ url: `file:${path}`, now, monotonicNow: clock.now, synchronous: "normal" });
  const { dispatcher, wake } = wakeable();
  const process = {
    aheadMs: 0,
    store,
    submit: async (count: number) => {
      const list = await submitMany(store, count);
      wake();
      return list;
    },
    addWorker: (change = {}) => {
      const worker = given.addWorker({ store, dispatcher, clock: { ...clock, now }, ...change });
      worker.start();
      stops.push(() => worker.stop());
    },
  };
  const stops: (() => Promise<void>)[] = [];
  try {
    await test(process);
  } finally {
    await Promise.all(stops.map((stop) => stop()));
    await store.close();
  }
}

let ids = 0;
async function submitMany(store: Store, count: number): Promise<readonly string[]> {
  const limits = { rate: null, refunds: null, maxActive: null };
  const scenario = new Scenario(store);
  return Promise.all(
    Array.from({ length: count }, () => {
      ids += 1;
      const id = `gen_00000000-0000-7000-8000-1${String(ids).padStart(11, "0")}`;
      return scenario.accepted({ id, storagePrefix: id, credits: 0, limits });
    }),
  );
}

async function ends(given: WorkerBench, list: readonly string[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const id of list) {
    const { failureCode, state } = await given.generation(id);
    counts[failureCode ?? state] = (counts[failureCode ?? state] ?? 0) + 1;
  }
  return counts;
}

/** A job of ten seconds, and paid requests of one second. */
const vendor = () => {
  const running = { type: "running", progress: null, pollAfterMs: 1_000 } as const;
  const polls = new Map<unknown, number>();
  return scriptedProvider({
    poll: [
      ({ operation }) => {
        const key = JSON.stringify(operation);
        const count = (polls.get(key) ?? 0) + 1;
        polls.set(key, count);
        return count < 10 ? running : done();
      },
    ],
  });
};

const jumped = (given: WorkerBench) => given.log.filter((line) => line.includes("The system clock jumped"));

describe("a worker whose clock is wrong", { timeout: 60_000 }, () => {
  it.each([hourMs, 890_000, 20_000])(
    "ends no generation of other workers as overdue and claims none of their leases, while it is %i ms ahead",
    async (aheadMs) => {
      await bench({ provider: vendor() }, async (given) => {
        await withWrongClock(given, async (process) => {
          process.aheadMs = aheadMs;
          process.addWorker();
          given.worker.start();
          given.addWorker().start();
          await given.clock.advance(10_000);
          const list: string[] = [];
          for (let seconds = 0; seconds < 40; seconds += 1) {
            list.push(...(await submitMany(given.store, 1)));
            await given.clock.advance(1_000);
          }
          await given.clock.advance(60_000);
          expect(await ends(given, list)).toEqual({ completed: 40 });
          const warnings = given.log.filter((line) => line.includes("is ahead of another worker's"));
          expect(warnings).toHaveLength(1);
        });
      })();
    },
  );

  it.each([hourMs, 16 * 60_000, 8 * 24 * hourMs])(
    "ends no generation and claims no lease when it starts %i ms ahead of a busy worker",
    async (aheadMs) => {
      await bench({ provider: vendor() }, async (given) => {
        await withWrongClock(given, async (process) => {
          given.addWorker().start();
          const list = [...(await submitMany(given.store, 20))];
          await given.clock.advance(6_000);
          process.aheadMs = aheadMs;
          process.addWorker();
          await given.clock.advance(60_000);
          expect(await ends(given, list)).toEqual({ completed: 20 });
        });
      })();
    },
  );

  it("ends no generation of a worker whose clock was set back by an hour, when it starts with the right time", async () => {
    await bench({ provider: vendor() }, async (given) => {
      await withWrongClock(given, async (process) => {
        process.addWorker();
        const list = [...(await process.submit(10))];
        await given.clock.advance(3_000);
        process.aheadMs = -hourMs;
        list.push(...(await process.submit(10)));
        await given.clock.advance(3_000);
        given.addWorker().start();
        await given.clock.advance(60_000);
        expect(await ends(given, list)).toEqual({ completed: 20 });
      });
    })();
  });

  it("claims an expired lease when it starts, and ends an overdue generation half a lease later", async () => {
    await bench({ provider: vendor() }, async (given) => {
      const [crashed = ""] = await submitMany(given.store, 1);
      const overdue = await given.submit({ deadlineMs: 20_000 });
      const scenario = new Scenario(given.store);
      expect(await scenario.claim(2)).toHaveLength(2);
      given.clock.skip(31_000);
      given.addWorker().start();
      await given.clock.advance(1_000);
      expect((await given.generation(crashed)).epoch).toBeGreaterThan(1);
      expect((await given.generation(overdue)).finishedAt).toBeNull();
      await given.clock.advance(13_000);
      expect((await given.generation(overdue)).finishedAt).toBeNull();
      await given.clock.advance(2_000);
      expect((await given.generation(overdue)).failureCode).toBe("deadline_exceeded");
      expect(given.log.filter((line) => line.includes("is ahead"))).toEqual([]);
    })();
  });

  it("deletes no content and no key as expired while it is eight days ahead", async () => {
    await bench({ provider: vendor() }, async (given) => {
      await withWrongClock(given, async (process) => {
        given.addWorker().start();
        const limits = { rate: null, refunds: null, maxActive: null };
        const idempotencyKey = { keyHash: "old", fingerprint: "", keepMs: 7 * 24 * hourMs };
        const old = await given.submit({ credits: 0, limits, idempotencyKey });
        await given.clock.advance(20_000);
        const list = [...(await submitMany(given.store, 3))];
        process.aheadMs = 8 * 24 * hourMs;
        process.addWorker({ keepGenerationsMs: 7 * 24 * hourMs });
        for (let seconds = 0; seconds < 60; seconds += 1) {
          list.push(...(await submitMany(given.store, 1)));
          await given.clock.advance(1_000);
        }
        await given.clock.advance(60_000);
        expect(await ends(given, list)).toEqual({ completed: 63 });
        expect((await given.generation(old)).state).toBe("completed");
        expect(await given.store.findSubmission({ ownerId: "ada", keyHash: "old" })).not.toBeNull();
      });
    })();
  });

  it("ends no generation as overdue when its clock jumps by an hour and back, and logs both jumps", async () => {
    await bench({ provider: vendor() }, async (given) => {
      await withWrongClock(given, async (process) => {
        process.addWorker();
        const list = [...(await process.submit(10))];
        await given.clock.advance(5_000);
        process.aheadMs = hourMs;
        list.push(...(await process.submit(10)));
        await given.clock.advance(30_000);
        list.push(...(await process.submit(10)));
        // The worker reads the time before the clock jumps back.
        await given.clock.advance(0);
        process.aheadMs = 0;
        await given.clock.advance(30_000);
        expect(await ends(given, list)).toEqual({ completed: 30 });
        expect(jumped(given)).toHaveLength(2);
      });
    })();
  });

  it("logs a jump that a tick without the loop detects", async () => {
    await bench({ provider: vendor() }, async (given) => {
      await withWrongClock(given, async (process) => {
        await process.submit(1);
        const worker = given.addWorker({ store: process.store });
        await worker.tick();
        process.aheadMs = hourMs;
        await worker.tick();
        expect(jumped(given)).toHaveLength(1);
        process.aheadMs = 0;
      });
    })();
  });

  it("follows its clock if nothing was active when it jumped", async () => {
    await bench({ provider: vendor() }, async (given) => {
      await withWrongClock(given, async (process) => {
        process.addWorker();
        await process.submit(1);
        await given.clock.advance(30_000);
        process.aheadMs = hourMs;
        const [id = ""] = await process.submit(1);
        const submittedAt = given.clock.now() + hourMs;
        await given.clock.advance(30_000);
        const { createdAt, finishedAt, state } = await given.generation(id);
        expect({ createdAt, state }).toEqual({ createdAt: submittedAt, state: "completed" });
        expect(finishedAt).toBeGreaterThan(submittedAt);
        expect(jumped(given)).toEqual([]);
      });
    })();
  });

  it("completes generations that were submitted while it was a day ahead", async () => {
    await bench({ provider: vendor() }, async (given) => {
      await withWrongClock(given, async (process) => {
        process.aheadMs = 24 * hourMs;
        const list = await process.submit(32);
        process.aheadMs = 0;
        given.worker.start();
        await given.clock.advance(60_000);
        expect(await ends(given, list)).toEqual({ completed: 32 });
      });
    })();
  });

  it.each([
    { what: "a lost job", code: "outcome_unknown", afterMs: 660_000 },
    { what: "a job that never ends", code: "deadline_exceeded", afterMs: 960_000 },
  ])("ends $what in the usual time, although it began a year ahead", async ({ code, afterMs }) => {
    const isLost = code === "outcome_unknown";
    const provider = scriptedProvider({
      ...(isLost && { submit: [{ type: "unknown", reason: "cut" }] }),
      findByToken: [{ type: "unknown" }],
      poll: [{ type: "running", progress: null, pollAfterMs: 30_000 }],
    });
    await bench({ provider }, async (given) => {
      await withWrongClock(given, async (process) => {
        process.aheadMs = 365 * 24 * hourMs;
        const [id = ""] = await process.submit(1);
        const wrong = given.addWorker({ store: process.store });
        await wrong.tick();
        expect(await given.generation(id)).toMatchObject({ state: isLost ? "reconciling" : "running" });
        process.aheadMs = 0;
        given.worker.start();
        await given.clock.advance(afterMs);
        expect(await given.generation(id)).toMatchObject({ state: "failed", failureCode: code });
      });
    })();
  });
});
