import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { GenerationRecord } from "../src/lib/generation/generation-record.js";
import { isTerminalState } from "../src/lib/generation/generation-state.js";
import { defineModel, type ModelOptions } from "../src/lib/model/define-model.js";
import type { Dispatcher } from "../src/lib/ports/dispatcher.js";
import type { EventBus } from "../src/lib/ports/event-bus.js";
import type { Logger } from "../src/lib/ports/logger.js";
import type { Provider } from "../src/lib/ports/provider.js";
import type { Storage } from "../src/lib/ports/storage.js";
import type { Store } from "../src/lib/ports/store/store.js";
import type { SubmitCommand } from "../src/lib/ports/store/store-commands.js";
import type { WorkerDeps } from "../src/lib/worker/context/worker-deps.js";
import { createRequestWorker, type RequestWorker } from "../src/lib/worker/loop/create-request-worker.js";
import { createWorker, type LoopWorker } from "../src/lib/worker/loop/create-worker.js";
import type { Worker } from "../src/lib/worker/loop/worker.js";
import { topicsOf } from "../src/lib/worker/outbox/drain-outbox.js";
import { deterministicIds } from "./fakes/deterministic-ids.js";
import { type FakeClock, fakeClock } from "./fakes/fake-clock.js";
import { noCopier } from "./fakes/no-copier.js";
import { Scenario } from "./store-contract/scenario.js";

/** What a bench stands on. */
export interface BenchGround {
  /** Opens a database file. Opened twice it is two stores on one database, as two processes have them. */
  readonly openStore: (path: string, now: () => number) => Store;
  readonly createStorage: () => Storage;
}

/** What a test may say about its workers. */
export interface BenchOptions {
  readonly provider: Provider<unknown> | readonly [Provider<unknown>, ...Provider<unknown>[]];
  readonly model?: Partial<
    Pick<ModelOptions<unknown, unknown>, "dropOnCancel" | "resubmitUnknown" | "maxAttempts" | "deadlineMs">
  >;
  readonly worker?: Partial<WorkerDeps>;
}

/** Leases of the bench's workers. */
export const benchLeaseMs = 30_000;

/** Workers on a real database, with their time in the hands of a test. Every random number is a half. */
export class WorkerBench {
  readonly clock: FakeClock = fakeClock();
  readonly ids = deterministicIds("bench");
  readonly store: Store;
  readonly storage: Storage;
  readonly worker: LoopWorker;
  /** Owners that were hinted at, in order. */
  readonly hints: string[] = [];
  /** Lines that were logged, with their level. */
  readonly log: string[] = [];
  readonly #openStoreNow: () => Store;
  readonly #options: BenchOptions;
  readonly #scenario: Scenario;
  readonly #stores: Store[] = [];
  readonly #workers: Worker[] = [];

  constructor(ground: BenchGround, path: string, options: BenchOptions) {
    this.#openStoreNow = () => ground.openStore(path, this.clock.now);
    this.#options = options;
    this.storage = options.worker?.storage ?? ground.createStorage();
    this.store = this.#openStore();
    this.#scenario = new Scenario(this.store);
    this.worker = this.addWorker({ store: options.worker?.store ?? this.store });
  }

  /** Another worker on the same database, with a store of its own unless it is given one. */
  addWorker(change: Partial<WorkerDeps> = {}): LoopWorker {
    return this.#add(createWorker(this.#workerOptions(change)));
  }

  /** Another worker on the same database, as a host without a long-lived process has it. */
  addRequestWorker(change: Partial<WorkerDeps> = {}): RequestWorker {
    return this.#add(createRequestWorker(this.#workerOptions(change)));
  }

  #add<Added extends Worker>(worker: Added): Added {
    this.#workers.push(worker);
    return worker;
  }

  #workerOptions(change: Partial<WorkerDeps>): WorkerDeps {
    return {
      store: change.store ?? this.#openStore(),
      storage: this.storage,
      models: {
        demo: defineModel({ input: anything, credits: 4, ...this.#options.model, provider: this.#options.provider }),
      },
      copier: noCopier,
      dispatcher: deaf,
      eventBus: this.#eventBus,
      clock: this.clock,
      logger: this.#logger,
      random: () => 0.5,
      createToken: this.ids.createToken,
      keepAlive: () => () => {},
      concurrency: 8,
      leaseMs: benchLeaseMs,
      reconcileForMs: 600_000,
      storingGraceMs: 3_600_000,
      drainMs: 20_000,
      ...this.#options.worker,
      ...change,
    };
  }

  /** Submits as `ada`, for 4 of her 100 credits. Gives the id. */
  submit(change: Partial<SubmitCommand> = {}): Promise<string> {
    const { dropOnCancel = false, maxAttempts = 4, deadlineMs = 900_000 } = this.#options.model ?? {};
    return this.#scenario.accepted({ dropOnCancel, maxAttempts, deadlineMs, ...change });
  }

  async generation(id: string): Promise<GenerationRecord> {
    const generation = await this.store.get({ ownerId: "ada", id });
    if (generation === null) throw new Error(`${id} is not there`);
    return generation;
  }

  cancel(id: string): Promise<unknown> {
    return this.store.requestCancel({ ownerId: "ada", id });
  }

  balance(): Promise<number | null> {
    return this.#scenario.balance();
  }

  /** The bytes under a key; `null` when there are none. */
  async stored(key = ""): Promise<Uint8Array | null> {
    const object = await this.storage.get(key);
    return object && new Uint8Array(await new Response(object.body).arrayBuffer());
  }

  /** Lets the worker take one step of whatever is due. */
  async step(worker: Worker = this.worker): Promise<void> {
    await worker.tick();
  }

  /** Moves time to when something is due, and lets the worker take that step. */
  async nextStep(worker: Worker = this.worker): Promise<void> {
    const { targets = [] } = this.#options.worker?.announcer ?? {};
    this.clock.skip((await this.store.nextDueInMs({ models: ["demo"], topics: topicsOf({ targets }) })) ?? 0);
    await worker.tick();
  }

  /** Steps until the generation is in a state, or has ended in another. Gives it as it is then. */
  async runTo(id: string, state?: GenerationRecord["state"], worker: Worker = this.worker): Promise<GenerationRecord> {
    for (let steps = 0; steps < 500; steps += 1) {
      const generation = await this.generation(id);
      if (generation.state === state || isTerminalState(generation.state)) return generation;
      await this.nextStep(worker);
    }
    throw new Error(`${id} did not come to ${state ?? "its end"}`);
  }

  /** Checks the books and lets go of everything. */
  async close(): Promise<void> {
    const stopped = Promise.all(this.#workers.map((worker) => worker.stop()));
    // A paid request that a test left hanging is cut off, then given up.
    await this.clock.advance(60_000);
    await stopped;
    const violations = await this.store.audit();
    for (const store of this.#stores) await store.close();
    if (violations.length > 0) throw new Error(`the books are broken: ${JSON.stringify(violations)}`);
  }

  readonly #eventBus: EventBus = {
    hint: (ownerIds) => {
      this.hints.push(...ownerIds);
    },
    onHint: () => () => {},
  };

  readonly #logger: Logger = {
    debug: () => {},
    info: (message) => this.log.push(`info ${message}`),
    warn: (message, fields) => this.log.push(`warn ${message}${fields?.models ? ` ${fields.models}` : ""}`),
    error: (message, fields) => this.log.push(`error ${message} ${fields?.error ?? ""}`),
  };

  #openStore(): Store {
    const store = this.#openStoreNow();
    this.#stores.push(store);
    return store;
  }
}

/** Makes tests out of a ground: `it("…", bench({ provider }, async (given) => { … }))`. */
export function workerBench(ground: BenchGround) {
  return (options: BenchOptions, test: (bench: WorkerBench) => Promise<void>): (() => Promise<void>) =>
    async () => {
      const folder = await mkdtemp(join(tmpdir(), "safelight-worker-"));
      const bench = new WorkerBench(ground, join(folder, "test.db"), options);
      await bench.store.migrate();
      try {
        await test(bench);
      } finally {
        await bench.close();
        await rm(folder, { recursive: true, force: true });
      }
    };
}

/** A schema that takes what it is given. */
const anything = {
  "~standard": { version: 1, vendor: "safelight", validate: (value: unknown) => ({ value }) },
} as const;

const deaf: Dispatcher = { enqueue: () => {}, onWake: () => () => {} };
