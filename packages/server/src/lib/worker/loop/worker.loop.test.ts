import { join } from "node:path";
import Database from "libsql";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { anyInput } from "../../../../testing/fakes/any-input.js";
import { deterministicIds } from "../../../../testing/fakes/deterministic-ids.js";
import { noCopier } from "../../../../testing/fakes/no-copier.js";
import { done, scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { Scenario } from "../../../../testing/store-contract/scenario.js";
import { tempFolder } from "../../../../testing/temp-folder.js";
import { embeddedDispatcher } from "../../dispatcher/embedded-dispatcher.js";
import { inProcessEventBus } from "../../event-bus/in-process-event-bus.js";
import { isTerminalState } from "../../generation/generation-state.js";
import { defineModel } from "../../model/define-model.js";
import type { Store } from "../../ports/store/store.js";
import { keepAlive } from "../../process/keep-alive.js";
import { systemClock } from "../../process/system-clock.js";
import { memoryStorage } from "../../storage/memory-storage.js";
import { libsqlStore } from "../../store/libsql/libsql-store.js";
import { createWorker } from "./create-worker.js";
import type { Worker } from "./worker.js";

// A query string makes the module system load a second copy, as a framework does.
const copyUrl = new URL("../../dispatcher/embedded-dispatcher.ts?copy", import.meta.url).href;

/** The loop without fakes: a real file, real time, the real event bus and dispatcher. */
describe("a worker's loop", () => {
  let path: string;
  const stores: Store[] = [];
  const workers: Worker[] = [];

  beforeEach(async () => {
    path = join(await tempFolder("loop"), "test.db");
    await openStore().migrate();
  });

  afterEach(async () => {
    await Promise.all(workers.splice(0).map((worker) => worker.stop()));
    await Promise.all(stores.splice(0).map((store) => store.close()));
  });

  function openStore(): Store {
    const store = libsqlStore({ url: `file:${path}`, synchronous: "normal" });
    stores.push(store);
    return store;
  }

  function startWorker(store: Store, provider = scriptedProvider(), concurrency = 8): Worker {
    const { identity } = store;
    const worker = createWorker({
      store,
      storage: memoryStorage(),
      copier: noCopier,
      models: { demo: defineModel({ provider, input: anyInput, credits: 4 }) },
      dispatcher: embeddedDispatcher({ identity }),
      eventBus: inProcessEventBus({ identity }),
      clock: systemClock,
      logger: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
      random: Math.random,
      createToken: deterministicIds(`worker-${workers.length}`).createToken,
      keepAlive,
      concurrency,
      leaseMs: 30_000,
      reconcileForMs: 600_000,
      storingGraceMs: 3_600_000,
      drainMs: 20_000,
    });
    workers.push(worker);
    worker.start();
    return worker;
  }

  /** Resolves with the milliseconds until a provider received its first request. */
  function firstSubmit(): { readonly provider: ReturnType<typeof scriptedProvider>; readonly ms: Promise<number> } {
    const from = performance.now();
    let report: (ms: number) => void = () => {};
    const ms = new Promise<number>((resolve) => {
      report = resolve;
    });
    const provider = scriptedProvider({
      submit: [
        ({ token }) => {
          report(performance.now() - from);
          return { type: "accepted", operation: { job: token } };
        },
      ],
    });
    return { provider, ms };
  }

  async function ended(store: Store, ids: readonly string[]): Promise<readonly string[]> {
    const { promise, resolve } = nextHint(store);
    const generations = await Promise.all(ids.map((id) => store.get({ ownerId: "ada", id })));
    const states = generations.map((generation) => generation?.state ?? "queued");
    if (states.every(isTerminalState)) {
      resolve();
      return states;
    }
    await promise;
    return ended(store, ids);
  }

  function nextHint(store: Store): { readonly promise: Promise<void>; readonly resolve: () => void } {
    let resolve: () => void = () => {};
    const promise = new Promise<void>((onResolve) => {
      const stop = inProcessEventBus({ identity: store.identity }).onHint("ada", () => resolve());
      resolve = () => {
        stop();
        onResolve();
      };
    });
    return { promise, resolve };
  }

  it("wakes on a submit in the same process, also from another copy of the package", async () => {
    const store = openStore();
    const { provider, ms } = firstSubmit();
    startWorker(store, provider);
    await asleep();

    const copy: typeof import("../../dispatcher/embedded-dispatcher.js") = await import(/* @vite-ignore */ copyUrl);
    expect(copy.embeddedDispatcher).not.toBe(embeddedDispatcher);
    // A store's own commits wake no worker, so the wake came from the dispatcher.
    const id = await new Scenario(store).accepted();
    copy.embeddedDispatcher({ identity: store.identity }).enqueue({ generationId: id, dueInMs: 0 });
    await ms;
    expect(await ended(store, [id])).toEqual(["completed"]);
  });

  it("wakes on a submit by another process", async () => {
    const store = openStore();
    const { provider, ms } = firstSubmit();
    startWorker(store, provider);
    await asleep();
    const id = await new Scenario(openStore()).accepted();
    await ms;
    expect(await ended(store, [id])).toEqual(["completed"]);
  });

  it("writes nothing while nothing is due", async () => {
    const store = openStore();
    const id = await new Scenario(store).accepted();
    startWorker(store);
    await ended(store, [id]);
    const other = new Database(path);
    await asleep();
    const before = other.pragma("data_version");
    const dispatcher = embeddedDispatcher({ identity: store.identity });
    for (let wakes = 0; wakes < 20; wakes += 1) {
      dispatcher.enqueue({ generationId: id, dueInMs: 0 });
      await asleep();
    }
    expect(other.pragma("data_version")).toEqual(before);
    other.close();
  });

  it("shares the work with other workers, with one payment per generation", async () => {
    const store = openStore();
    const provider = scriptedProvider({ poll: [{ type: "queued", queuePosition: 0, pollAfterMs: 50 }, done()] });
    const ids = [];
    for (let count = 0; count < 20; count += 1) ids.push(await new Scenario(store).accepted({ id: unique(count) }));
    for (let count = 0; count < 3; count += 1) startWorker(openStore(), provider, 3);
    expect(new Set(await ended(store, ids))).toEqual(new Set(["completed"]));
    expect(provider.submits).toHaveLength(20);
    expect(await store.audit()).toEqual([]);
  });

  it("starts once, however often `start` is called", async () => {
    const store = openStore();
    let claims = 0;
    const counting: Store = {
      ...store,
      claim: (command) => {
        claims += 1;
        return store.claim(command);
      },
    };
    const worker = startWorker(counting);
    worker.start();
    worker.start();
    await asleep();
    expect(claims).toBe(1);
  });
});

/** Long enough for an idle loop to fall asleep. */
async function asleep(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

function unique(count: number): string {
  return `gen_00000000-0000-7000-8000-${String(count).padStart(12, "0")}`;
}
