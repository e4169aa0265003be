import { describe, expect, it } from "vitest";
import { accepted, done, scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { type WorkerBench, workerBench } from "../../../../testing/worker-bench.js";
import type { Announcer } from "../../ports/announcer.js";
import type { Dispatcher, Wake } from "../../ports/dispatcher.js";
import { StoreUnavailable } from "../../ports/store/store-unavailable.js";
import { memoryStorage } from "../../storage/memory-storage.js";
import { libsqlStore } from "../../store/libsql/libsql-store.js";
import type { Worker } from "./worker.js";

const bench = workerBench({
  openStore: (path, now) => libsqlStore({ url: `file:${path}`, now, synchronous: "normal" }),
  createStorage: memoryStorage,
});

/** An engine that records its wakes. */
function recording(): { readonly wakes: Wake[]; readonly dispatcher: Dispatcher } {
  const wakes: Wake[] = [];
  return { wakes, dispatcher: { enqueue: (wake) => wakes.push(wake) } };
}

const unknownId = "gen_00000000-0000-7000-8000-fffffffffff0";
const pollAfterMs = 7_000;
const running = { type: "running", progress: 0.5, pollAfterMs } as const;

describe.each([
  ["of a long-lived process", (given: WorkerBench, change = {}): Worker => given.addWorker(change)],
  ["in request mode", (given: WorkerBench, change = {}): Worker => given.addRequestWorker(change)],
])("advance %s", (_, add) => {
  it("runs a generation to its end, delivery by delivery", () =>
    bench({ provider: scriptedProvider({ poll: [running, done()] }) }, async (given) => {
      const { dispatcher, wakes } = recording();
      const worker = add(given, { dispatcher });
      const id = await given.submit();
      const delays: (number | null)[] = [];
      for (let count = 0; count < 4; count += 1) {
        const { nextInMs } = await worker.advance(id);
        delays.push(nextInMs);
        given.clock.skip(nextInMs ?? 0);
      }
      expect(delays).toEqual([expect.any(Number), pollAfterMs, null, null]);
      expect((await given.generation(id)).state).toBe("completed");
      // Each park enqueues one wake, and a delivery enqueues no second one.
      expect(wakes).toEqual(delays.slice(0, 2).map((dueInMs) => ({ generationId: id, dueInMs })));
    })());

  it("enqueues the first generation of a gate for its opening, and none of a full gate before an attempt ends", () => {
    const busy = {
      type: "rejected",
      failure: { code: "rate_limited", message: "Busy.", retryAfterMs: 60_000 },
    } as const;
    const provider = {
      ...scriptedProvider({ submit: [busy, accepted({})], poll: [done()] }),
      limits: { concurrency: 1 },
    };
    return bench({ provider }, async (given) => {
      const { dispatcher, wakes } = recording();
      const worker = add(given, { dispatcher });
      const taken = () =>
        wakes.splice(0).map(({ dueInMs, generationId }) => [ids.indexOf(generationId ?? ""), dueInMs]);
      const ids = [await given.submit({ gate: "scripted" })];
      for (const _ of [1, 2]) {
        given.clock.skip(1);
        ids.push(await given.submit({ gate: "scripted" }));
      }
      // The vendor refuses the first one, and asks for a minute.
      await worker.advance(ids[0] ?? "");
      const [own, next, ...others] = taken();
      expect([own?.[0], next, others]).toEqual([0, [1, 60_000], []]);
      expect(await worker.advance(ids[1] ?? "")).toEqual({ nextInMs: 60_000 });
      expect(await worker.advance(ids[2] ?? "")).toEqual({ nextInMs: 60_000 });
      expect(taken()).toEqual([[1, 60_000]]);
      // Its attempt fills the gate.
      given.clock.skip(60_000);
      await worker.advance(ids[1] ?? "");
      expect(taken()).toEqual([[1, expect.any(Number)]]);
      expect(await worker.advance(ids[2] ?? "")).toEqual({ nextInMs: 5_000 });
      expect(taken()).toEqual([]);
      // Its end frees capacity for the next one.
      given.clock.skip(10_000);
      await worker.advance(ids[1] ?? "");
      expect(await given.generation(ids[1] ?? "")).toMatchObject({ state: "completed" });
      expect(taken()).toContainEqual([2, 0]);
    })();
  });

  it("finds nothing by a value that is no id", () =>
    bench({ provider: scriptedProvider() }, async (given) => {
      const worker = add(given);
      // An engine passes what its job contains.
      for (const id of ["gen_\0", "", undefined as never]) {
        expect(await worker.advance(id)).toEqual({ nextInMs: null });
      }
    })());

  it("advances no other generation, also beyond the worker's concurrency", () =>
    bench({ provider: scriptedProvider() }, async (given) => {
      const worker = add(given, { concurrency: 1 });
      const ids = [await given.submit(), await given.submit(), await given.submit()];
      const rest = await given.submit();
      await Promise.all(ids.map((id) => worker.advance(id)));
      const states = await Promise.all([...ids, rest].map(async (id) => (await given.generation(id)).state));
      expect(states).toEqual(["running", "running", "running", "queued"]);
    })());

  it("pays once when several deliveries arrive at the same time", () => {
    const provider = scriptedProvider();
    return bench({ provider }, async (given) => {
      const workers = [add(given), add(given)];
      const id = await given.submit();
      await Promise.all([...workers, ...workers].map((worker) => worker.advance(id)));
      expect(provider.submits).toHaveLength(1);
    })();
  });

  it("leaves a generation that another worker has, and returns the end of that lease", () => {
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let onCalled = (): void => {};
    const called = new Promise<void>((resolve) => {
      onCalled = resolve;
    });
    const provider = scriptedProvider({
      submit: [
        async () => {
          onCalled();
          await held;
          return { type: "accepted", operation: {} };
        },
      ],
    });
    return bench({ provider }, async (given) => {
      const id = await given.submit();
      const { dispatcher, wakes } = recording();
      const first = add(given).advance(id);
      await called;
      expect(await add(given, { dispatcher }).advance(id)).toEqual({ nextInMs: 30_000 });
      // The holder enqueues the next wake: a second chain of deliveries would not end before the generation.
      expect(wakes).toEqual([]);
      release();
      await first;
      expect(provider.submits).toHaveLength(1);
    })();
  });

  it("enqueues the rest of a delay that was delivered too early", () =>
    bench({ provider: scriptedProvider({ poll: [running] }) }, async (given) => {
      const { dispatcher, wakes } = recording();
      const worker = add(given, { dispatcher });
      const id = await given.submit();
      given.clock.skip((await worker.advance(id)).nextInMs ?? 0);
      await worker.advance(id);
      given.clock.skip(2_000);
      wakes.length = 0;
      expect(await worker.advance(id)).toEqual({ nextInMs: pollAfterMs - 2_000 });
      expect(wakes).toEqual([{ generationId: id, dueInMs: pollAfterMs - 2_000 }]);
    })());

  it("enqueues again at once if a cancel arrived during the step", () => {
    const { dispatcher, wakes } = recording();
    const given: { bench?: WorkerBench; id?: string } = {};
    const provider = scriptedProvider({
      submit: [
        async () => {
          await given.bench?.cancel(given.id ?? "");
          return { type: "accepted", operation: {} };
        },
      ],
      cancel: ["canceled"],
    });
    return bench({ provider }, async (opened) => {
      Object.assign(given, { bench: opened, id: await opened.submit() });
      expect(await add(opened, { dispatcher }).advance(given.id ?? "")).toEqual({ nextInMs: 0 });
      expect(wakes.at(-1)).toEqual({ generationId: given.id, dueInMs: 0 });
    })();
  });

  it("returns null for a generation that has ended, and for an id that is none", () =>
    bench({ provider: scriptedProvider() }, async (given) => {
      const { dispatcher, wakes } = recording();
      const worker = add(given, { dispatcher });
      const id = await given.submit();
      await given.cancel(id);
      for (const ended of [id, unknownId, "", "'; DROP TABLE safelight_generations"]) {
        expect(await worker.advance(ended)).toEqual({ nextInMs: null });
      }
      expect(wakes).toEqual([]);
    })());

  it("enqueues a generation of a model that it does not have for another worker, some seconds later", () =>
    bench({ provider: scriptedProvider() }, async (given) => {
      const { dispatcher, wakes } = recording();
      const id = await given.submit({ model: "other" });
      expect(await add(given, { dispatcher }).advance(id)).toEqual({ nextInMs: 5_000 });
      expect(wakes).toEqual([{ generationId: id, dueInMs: 5_000 }]);
    })());

  it("announces the end before it resolves", () => {
    const announced: string[] = [];
    const announcer: Announcer = {
      targets: ["hook"],
      announce: async ({ event }) => void announced.push(event),
    };
    return bench({ provider: scriptedProvider({ submit: [done()] }) }, async (given) => {
      await add(given, { announcer }).advance(await given.submit());
      expect(announced).toEqual(["ended"]);
    })();
  });

  it("leaves the generation to another process after a stop", () => {
    const provider = scriptedProvider();
    return bench({ provider }, async (given) => {
      const { dispatcher, wakes } = recording();
      const worker = add(given, { dispatcher });
      await worker.stop();
      const id = await given.submit();
      expect(await worker.advance(id)).toEqual({ nextInMs: 5_000 });
      expect(wakes).toEqual([{ generationId: id, dueInMs: 5_000 }]);
      expect(provider.submits).toEqual([]);
    })();
  });

  it("throws StoreUnavailable when the database cannot be reached, and nothing else", () =>
    bench({ provider: scriptedProvider() }, async (given) => {
      const fail = async () => {
        throw new StoreUnavailable("cut");
      };
      const worker = add(given, { store: { ...given.store, claim: fail } });
      await expect(worker.advance(await given.submit())).rejects.toThrow(StoreUnavailable);
    })());

  it("waits until the engine has accepted the wakes of a request", () => {
    let accept = (): void => {};
    const accepting = new Promise<void>((resolve) => {
      accept = resolve;
    });
    let onEnqueued = (): void => {};
    const enqueued = new Promise<void>((resolve) => {
      onEnqueued = resolve;
    });
    const dispatcher: Dispatcher = {
      enqueue: () => {
        onEnqueued();
        return accepting;
      },
    };
    return bench({ provider: scriptedProvider() }, async (given) => {
      const worker = add(given, { dispatcher });
      let isOver = false;
      const advancing = worker.advance(await given.submit()).then(() => worker.stop());
      const over = advancing.then(() => {
        isOver = true;
      });
      await enqueued;
      await given.store.ping();
      expect(isOver).toBe(false);
      accept();
      await over;
    })();
  });
});
