import { join } from "node:path";
import { isTerminal } from "@safelight/client/contract";
import { createSafelight } from "../../src/lib/compose/create-safelight.js";
import type { Safelight } from "../../src/lib/compose/safelight.js";
import { defineModel } from "../../src/lib/model/define-model.js";
import type { Dispatcher } from "../../src/lib/ports/dispatcher.js";
import type { Logger } from "../../src/lib/ports/logger.js";
import type { ProviderLimits } from "../../src/lib/ports/provider-limits.js";
import type { Store } from "../../src/lib/ports/store/store.js";
import { memoryStorage } from "../../src/lib/storage/memory-storage.js";
import { libsqlStore } from "../../src/lib/store/libsql/libsql-store.js";
import { done, type ScriptedProvider, scriptedProvider } from "../fakes/scripted-provider.js";
import type { SeededRandom } from "../simulation/seeded-random.js";

/** The input of the world's model. */
interface Input {
  readonly prompt: string;
}

type Server = Safelight<{ readonly flux: { readonly input: unknown } }>;

/** Options of a {@link DispatcherWorld}. */
export interface WorldOptions {
  readonly folder: string;
  /** Of the servers. */
  readonly dispatcher: Dispatcher;
  /** Of the process that sweeps. */
  readonly sweepDispatcher: Dispatcher;
  readonly random: SeededRandom;
  /** Probability that a process sleeps past its leases while its paid request is in flight, from 0 to 1. */
  readonly sleepProbability: number;
  /** Limits of the provider. @default no limits */
  readonly limits?: ProviderLimits | undefined;
}

const leaseMs = 1_000;
const asleepMs = 2.5 * leaseMs;
const sweepEveryMs = 300;
const price = 4;

/** Two servers on one database, whose generations advance only by deliveries of one engine. */
export class DispatcherWorld {
  readonly #servers: readonly SleepyServer[];
  /** Receives no deliveries, as in a scheduler's process. */
  readonly #sweeper: SleepyServer;
  readonly #ended = new Set<string>();
  readonly #onEnded = new Set<() => void>();
  #deliveries = 0;
  #earlyDeliveries = 0;

  constructor(options: WorldOptions) {
    const storage = memoryStorage();
    const onEnded = (id: string): void => {
      this.#ended.add(id);
      for (const listener of this.#onEnded) listener();
    };
    const shared = { ...options, storage, onEnded };
    this.#servers = [0, 1].map(() => new SleepyServer(shared));
    this.#sweeper = new SleepyServer({ ...shared, dispatcher: options.sweepDispatcher });
  }

  /** Creates the tables. */
  async open(): Promise<void> {
    await this.#first.safelight.migrate();
  }

  /** Delivers a generation to the servers in turn. */
  async deliver(id: string): Promise<void> {
    this.#deliveries += 1;
    const isPaid = (): boolean => this.#requests().some(({ generationId }) => generationId === id);
    await this.#servers[this.#deliveries % this.#servers.length]?.safelight.worker.advance(id);
    if (!isPaid()) this.#earlyDeliveries += 1;
  }

  /** Number of deliveries that ended before the generation had an attempt. */
  get earlyDeliveries(): number {
    return this.#earlyDeliveries;
  }

  /** Waits until all generations have ended, without a sweep. */
  async untilEndedWithoutSweep(ids: readonly string[]): Promise<void> {
    const isOver = (): boolean => ids.every((id) => this.#ended.has(id));
    while (!isOver()) await this.#nextEndOrSweep(isOver);
  }

  /** The paid requests of all servers. */
  #requests() {
    return this.#servers.flatMap(({ provider }) => provider.submits);
  }

  /** Submits generations of several owners at once. Returns their ids. */
  async submit(count: number): Promise<readonly string[]> {
    return Promise.all(
      Array.from({ length: count }, async (_, index) => {
        const { api } = this.#first.safelight;
        const { generation } = await api.submit({ ownerId: `owner-${index % 7}` }, "flux", { prompt: `${index}` });
        return generation.id;
      }),
    );
  }

  /** Sweeps at intervals until all generations have ended. */
  async untilEnded(ids: readonly string[]): Promise<void> {
    const isOver = (): boolean => ids.every((id) => this.#ended.has(id));
    while (!isOver()) {
      await this.#sweeper.safelight.worker.sweep();
      await this.#nextEndOrSweep(isOver);
    }
  }

  /** The promises that do not hold; empty if all hold. */
  async violations(): Promise<readonly string[]> {
    const paid = new Map<string, number>();
    for (const { generationId } of this.#requests()) {
      paid.set(generationId, (paid.get(generationId) ?? 0) + 1);
    }
    const paidTwice = [...paid].filter(([, count]) => count > 1).map(([id]) => `${id} was paid twice`);
    const audit = (await this.#first.safelight.audit()).map((violation) => JSON.stringify(violation));
    const active: string[] = [];
    for (let owner = 0; owner < 7; owner += 1) {
      const { generations } = await this.#first.safelight.api.active({ ownerId: `owner-${owner}` });
      active.push(
        ...generations.filter((generation) => !isTerminal(generation)).map(({ id }) => `${id} has not ended`),
      );
    }
    return [...paidTwice, ...audit, ...active];
  }

  /** Number of generations that have ended. */
  get endedCount(): number {
    return this.#ended.size;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#servers, this.#sweeper].map(({ safelight }) => safelight.close()));
  }

  get #first(): SleepyServer {
    const [first] = this.#servers;
    if (first === undefined) throw new Error("The world has no server.");
    return first;
  }

  async #nextEndOrSweep(isOver: () => boolean): Promise<void> {
    await new Promise<void>((resolve) => {
      const finish = (): void => {
        clearTimeout(timer);
        this.#onEnded.delete(check);
        resolve();
      };
      const check = (): void => {
        if (isOver()) finish();
      };
      const timer = setTimeout(finish, sweepEveryMs);
      this.#onEnded.add(check);
    });
  }
}

/** Options of a {@link SleepyServer}. */
interface SleepyServerOptions extends WorldOptions {
  readonly storage: ReturnType<typeof memoryStorage>;
  readonly onEnded: (id: string) => void;
}

/** A server that renews no lease while it sleeps, like a process that its machine has stopped. */
class SleepyServer {
  readonly safelight: Server;
  readonly provider: ScriptedProvider<Input>;
  #asleep: Promise<unknown> = Promise.resolve();

  constructor({ sleepProbability, dispatcher, folder, limits, onEnded, random, storage }: SleepyServerOptions) {
    const submit = async () => {
      if (random.chance(sleepProbability)) await this.#sleep();
      return random.chance(0.5) ? done() : ({ type: "accepted", operation: {} } as const);
    };
    const running = { type: "running", progress: null, pollAfterMs: 100 } as const;
    const poll = () => (random.chance(0.5) ? running : done());
    this.provider = scriptedProvider<Input>({ submit: [submit], poll: [poll] });
    const store = libsqlStore({ url: `file:${join(folder, "test.db")}`, synchronous: "normal" });
    this.safelight = createSafelight({
      store: this.#withoutRenewals(store),
      storage,
      identify: () => null,
      models: { flux: defineModel({ provider: { ...this.provider, limits }, input: anyInput, credits: price }) },
      secret: "a secret that is long enough for tests",
      credits: { initialGrant: 1_000_000 },
      limits: { rate: false, refunds: false, maxActive: false },
      worker: { leaseMs, sweepAfterMs: 200, reconcileForMs: 2_000 },
      hooks: {
        onCompleted: ({ generationId }) => onEnded(generationId),
        onFailed: ({ generationId }) => onEnded(generationId),
      },
      dispatcher,
      logger: silent,
    });
  }

  async #sleep(): Promise<void> {
    this.#asleep = new Promise((resolve) => {
      setTimeout(resolve, asleepMs);
    });
    await this.#asleep;
  }

  #withoutRenewals(store: Store): Store {
    return {
      ...store,
      renew: async (command) => {
        await this.#asleep;
        return store.renew(command);
      },
    };
  }
}

/** A schema that trusts the world's own inputs. */
const anyInput = {
  // The world submits no other input.
  "~standard": { version: 1, vendor: "safelight", validate: (value: unknown) => ({ value: value as Input }) },
} as const;

const silent: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
