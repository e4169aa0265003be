import { mkdtempSync, rmSync } from "node:fs";
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
import type { SubmitCommand } from "../src/lib/ports/store/submit-commands.js";
import type { WorkerDeps } from "../src/lib/worker/context/worker-deps.js";
import { createRequestWorker, type RequestWorker } from "../src/lib/worker/loop/create-request-worker.js";
import { createWorker, type LoopWorker } from "../src/lib/worker/loop/create-worker.js";
import type { Worker } from "../src/lib/worker/loop/worker.js";
import { topicsOf } from "../src/lib/worker/outbox/drain-outbox.js";
import { copyMigrated } from "./copy-migrated.js";
import { anyInput } from "./fakes/any-input.js";
import { deterministicIds } from "./fakes/deterministic-ids.js";
import { type FakeClock, fakeClock } from "./fakes/fake-clock.js";
import { noCopier } from "./fakes/no-copier.js";
import { Scenario } from "./store-contract/scenario.js";

/** Adapters under the bench. */
export interface BenchDeps {
  /** Opens a database file. Two calls return two stores on one database, as in two processes. */
  readonly openStore: (path: string, now: () => number) => Store;
  readonly createStorage: () => Storage;
}

/** Options of a test for its workers. */
export interface BenchOptions {
  readonly provider: Provider<unknown> | readonly [Provider<unknown>, ...Provider<unknown>[]];
  readonly model?: Partial<
    Pick<ModelOptions<unknown, unknown>, "dropOnCancel" | "resubmitUnknown" | "maxAttempts" | "deadlineMs" | "previews">
  >;
  readonly worker?: Partial<WorkerDeps>;
}

/** Duration of the workers' leases. */
export const benchLeaseMs = 30_000;

/** Workers on a real database, with a fake clock. Every random number is 0.5. */
export class WorkerBench {
  readonly clock: FakeClock = fakeClock();
  readonly ids = deterministicIds("bench");
  readonly store: Store;
  readonly storage: Storage;
  readonly worker: LoopWorker;
  /** Owner ids of the published hints, in order. */
  readonly hints: string[] = [];
  /** Log lines, each with its level. Debug lines are not recorded. */
  readonly log: string[] = [];
  readonly #openStoreNow: () => Store;
  readonly #options: BenchOptions;
  readonly #scenario: Scenario;
  readonly #stores: Store[] = [];
  readonly #workers: Worker[] = [];

  constructor(deps: BenchDeps, path: string, options: BenchOptions) {
    this.#openStoreNow = () => deps.openStore(path, this.clock.now);
    this.#options = options;
    this.storage = options.worker?.storage ?? deps.createStorage();
    this.store = this.#openStore();
    this.#scenario = new Scenario(this.store);
    this.worker = this.addWorker({ store: options.worker?.store ?? this.store });
  }

  /** Adds a worker on the same database. It has its own store unless `change.store` is set. */
  addWorker(change: Partial<WorkerDeps> = {}): LoopWorker {
    return this.#add(createWorker(this.#workerOptions(change)));
  }

  /** Adds a request-scoped worker on the same database, as in a host without a long-lived process. */
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
        demo: defineModel({ input: anyInput, credits: 4, ...this.#options.model, provider: this.#options.provider }),
      },
      copier: noCopier,
      dispatcher: silentDispatcher,
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

  /** Submits as `ada`, for 4 of her 100 credits. Returns the id. */
  submit(change: Partial<SubmitCommand> = {}): Promise<string> {
    const { dropOnCancel = false, maxAttempts = 4, deadlineMs = 900_000 } = this.#options.model ?? {};
    return this.#scenario.accepted({ dropOnCancel, maxAttempts, deadlineMs, ...change });
  }

  async generation(id: string): Promise<GenerationRecord> {
    const generation = await this.store.get({ ownerId: "ada", id });
    if (generation === null) throw new Error(`${id} was not found`);
    return generation;
  }

  cancel(id: string): Promise<unknown> {
    return this.store.requestCancel({ ownerId: "ada", id });
  }

  balance(): Promise<number | null> {
    return this.#scenario.balance();
  }

  /** The stored bytes of a key; `null` if the object does not exist. */
  async stored(key = ""): Promise<Uint8Array | null> {
    const object = await this.storage.get(key);
    return object && new Uint8Array(await new Response(object.body).arrayBuffer());
  }

  /** Runs one tick of the worker, without moving the clock. */
  async step(worker: Worker = this.worker): Promise<void> {
    await worker.tick();
  }

  /** Advances the clock to the next due time, and runs one tick of the worker. */
  async nextStep(worker: Worker = this.worker): Promise<void> {
    const { announcer = { targets: [] }, hostCredits } = this.#options.worker ?? {};
    this.clock.skip(
      (await this.store.nextDueInMs({ models: ["demo"], topics: topicsOf({ announcer, hostCredits }) })) ?? 0,
    );
    await worker.tick();
  }

  /** Runs the worker until the generation is in the given state or has ended. Returns the generation. */
  async runTo(id: string, state?: GenerationRecord["state"], worker: Worker = this.worker): Promise<GenerationRecord> {
    for (let steps = 0; steps < 500; steps += 1) {
      const generation = await this.generation(id);
      if (generation.state === state || isTerminalState(generation.state)) return generation;
      await this.nextStep(worker);
    }
    throw new Error(`${id} did not reach ${state ?? "a terminal state"} within 500 steps`);
  }

  /**
   * Stops the workers, audits the ledger and closes the stores.
   *
   * @throws if the audit finds a discrepancy.
   */
  async close(): Promise<void> {
    const stopped = Promise.all(this.#workers.map((worker) => worker.stop()));
    // Passes the workers' drain time, so that a paid request that a test left pending is aborted and abandoned.
    await this.clock.advance(60_000);
    await stopped;
    const violations = await this.store.audit();
    for (const store of this.#stores) await store.close();
    if (violations.length > 0) throw new Error(`The audit found discrepancies: ${JSON.stringify(violations)}`);
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

/** Binds the adapters of a bench. Use the result as `it("…", bench({ provider }, async (given) => { … }))`. */
export function workerBench(deps: BenchDeps) {
  return (options: BenchOptions, test: (bench: WorkerBench) => Promise<void>): (() => Promise<void>) =>
    async () => {
      const folder = mkdtempSync(join(tmpdir(), "safelight-worker-"));
      const path = join(folder, "test.db");
      await copyMigrated(path);
      const bench = new WorkerBench(deps, path, options);
      await bench.store.migrate();
      try {
        await test(bench);
      } finally {
        await bench.close();
        rmSync(folder, { recursive: true, force: true });
      }
    };
}

const silentDispatcher: Dispatcher = { enqueue: () => {}, onWake: () => () => {} };
