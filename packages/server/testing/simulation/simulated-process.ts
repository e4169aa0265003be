import type { Models } from "../../src/lib/model/define-model.js";
import type { Clock } from "../../src/lib/ports/clock.js";
import type { Dispatcher } from "../../src/lib/ports/dispatcher.js";
import type { Logger } from "../../src/lib/ports/logger.js";
import type { Storage } from "../../src/lib/ports/storage.js";
import type { Store } from "../../src/lib/ports/store/store.js";
import type { CrashPoint } from "../../src/lib/worker/context/crash-point.js";
import { createWorker } from "../../src/lib/worker/loop/create-worker.js";
import type { Worker } from "../../src/lib/worker/loop/worker.js";
import { noCopier } from "../fakes/no-copier.js";

/** What a process is given; whatever of it waits or acts is cut off when it dies. */
export interface SimulatedProcessOptions {
  readonly store: Store;
  readonly storage: Storage;
  readonly models: (atAcceptance: () => void) => Models;
  readonly clock: Clock;
  readonly dispatcher: Dispatcher;
  readonly random: () => number;
  readonly createToken: () => string;
  readonly leaseMs: number;
  /** Told at each crash point; may kill the process there. */
  readonly onPoint: (point: PassedPoint) => void;
}

/** A crash point of the worker, or `P6`: a request was taken, and its reply is not read yet. */
export type PassedPoint = CrashPoint | "P6";

/** Thrown where a process dies, so that nothing after that line runs. */
class Killed extends Error {}

/**
 * A worker that can die anywhere, as from SIGKILL: from that instant on nothing of it reaches the database, the storage
 * or the vendor, no timer fires, and nothing that it waits for ever comes back. It can also be stopped, as from SIGSTOP
 * or by a sleeping laptop, and go on later as if nothing had happened.
 */
export class SimulatedProcess {
  readonly worker: Worker;
  isAlive = true;
  /** How much its machine's clock is ahead of true time. Timers go on: they measure, and do not look at the clock. */
  aheadMs = 0;
  #thawed: Promise<void> = Promise.resolve();
  #thaw: (() => void) | null = null;

  constructor(options: SimulatedProcessOptions) {
    const pass = (point: PassedPoint): void => {
      if (this.isAlive) options.onPoint(point);
      if (!this.isAlive) throw new Killed(point);
    };
    this.worker = createWorker({
      store: this.#mortal(options.store),
      storage: this.#mortal(options.storage),
      copier: noCopier,
      models: options.models(() => pass("P6")),
      dispatcher: {
        enqueue: (wake) => options.dispatcher.enqueue(wake),
        onWake: (handler) =>
          options.dispatcher.onWake((id) => {
            if (this.isAlive) handler(id);
          }),
      },
      eventBus: { hint: () => {}, onHint: () => () => {} },
      clock: this.#mortalClock(options.clock),
      logger: silent,
      random: options.random,
      createToken: options.createToken,
      keepAlive: () => () => {},
      concurrency: 4,
      leaseMs: options.leaseMs,
      reconcileForMs: 60_000,
      storingGraceMs: 600_000,
      drainMs: 5_000,
      onCrashPoint: pass,
    });
  }

  kill(): void {
    this.isAlive = false;
  }

  get isFrozen(): boolean {
    return this.#thaw !== null;
  }

  freeze(): void {
    if (this.isFrozen) return;
    this.#thawed = new Promise((resolve) => {
      this.#thaw = resolve;
    });
  }

  thaw(): void {
    this.#thaw?.();
    this.#thaw = null;
  }

  /** The same object, whose methods neither act nor answer once the process is dead. */
  #mortal<T extends object>(target: T): T {
    const passes = async (): Promise<void> => {
      await this.#thawed;
      if (!this.isAlive) await never();
    };
    return new Proxy(target, {
      get(object, name, receiver) {
        const value = Reflect.get(object, name, receiver);
        // What answers at once has nothing to wait for.
        if (typeof value !== "function" || name === "onForeignCommit") return value;
        return async (...args: unknown[]) => {
          await passes();
          try {
            return await Reflect.apply(value, object, args);
          } finally {
            await passes();
          }
        };
      },
    });
  }

  #mortalClock(clock: Clock): Clock {
    return {
      now: () => clock.now() + this.aheadMs,
      setTimer: (delayMs, callback) =>
        clock.setTimer(delayMs, () => {
          if (this.isFrozen) this.#thawed.then(() => this.isAlive && callback());
          else if (this.isAlive) callback();
        }),
    };
  }
}

function never(): Promise<never> {
  return new Promise(() => {});
}

const silent: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
