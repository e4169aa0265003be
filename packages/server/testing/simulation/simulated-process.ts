import type { Models } from "../../src/lib/model/define-model.js";
import type { Clock } from "../../src/lib/ports/clock.js";
import type { Dispatcher } from "../../src/lib/ports/dispatcher.js";
import type { Logger } from "../../src/lib/ports/logger.js";
import type { OutputCheck } from "../../src/lib/ports/output-check.js";
import type { Storage } from "../../src/lib/ports/storage.js";
import type { Store } from "../../src/lib/ports/store/store.js";
import type { CrashPoint } from "../../src/lib/worker/context/crash-point.js";
import { createWorker } from "../../src/lib/worker/loop/create-worker.js";
import type { Worker } from "../../src/lib/worker/loop/worker.js";
import { noCopier } from "../fakes/no-copier.js";

/** Dependencies of a process. When the process is killed, it loses access to all of them. */
export interface SimulatedProcessOptions {
  readonly store: Store;
  readonly storage: Storage;
  readonly models: (atAcceptance: () => void) => Models;
  readonly clock: Clock;
  readonly dispatcher: Dispatcher;
  readonly random: () => number;
  readonly createToken: () => string;
  readonly leaseMs: number;
  /** Absent: outputs are not checked. */
  readonly outputCheck?: OutputCheck | undefined;
  /** Called at each crash point. It may kill the process. */
  readonly onPoint: (point: PassedPoint) => void;
}

/** A crash point of the worker, or `P6`: the vendor accepted a request, and the response was not read yet. */
export type PassedPoint = CrashPoint | "P6";

/** Thrown at the crash point of a killed process, so that the code after it does not run. */
class Killed extends Error {}

/**
 * A worker that a test can kill at any point, like SIGKILL. It then no longer reaches the database, the storage or the
 * vendor, its timers do not fire, and its pending promises never settle. A test can also freeze it, like SIGSTOP or a
 * sleeping laptop, and resume it later.
 */
export class SimulatedProcess {
  readonly worker: Worker;
  isAlive = true;
  /** Offset of the machine's clock from the true time. It does not affect timers, which are monotonic. */
  aheadMs = 0;
  #thawed: Promise<void> = Promise.resolve();
  #thaw: (() => void) | null = null;

  constructor(options: SimulatedProcessOptions) {
    const pass = (point: PassedPoint): void => {
      if (this.isAlive) options.onPoint(point);
      if (!this.isAlive) throw new Killed(point);
    };
    this.worker = createWorker({
      store: this.#guarded(options.store),
      storage: this.#guarded(options.storage),
      copier: noCopier,
      outputCheck: options.outputCheck,
      models: options.models(() => pass("P6")),
      dispatcher: {
        enqueue: (wake) => options.dispatcher.enqueue(wake),
        onWake: (handler) =>
          options.dispatcher.onWake?.((id, dueInMs) => {
            if (this.isAlive) handler(id, dueInMs);
          }) ?? (() => {}),
      },
      eventBus: { hint: () => {}, onHint: () => () => {} },
      clock: this.#guardedClock(options.clock),
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

  /** Returns the object with methods that do nothing, and never settle, after the process was killed. */
  #guarded<T extends object>(target: T): T {
    const waitUntilRunning = async (): Promise<void> => {
      await this.#thawed;
      if (!this.isAlive) await neverSettles();
    };
    return new Proxy(target, {
      get(object, name, receiver) {
        const value = Reflect.get(object, name, receiver);
        // `onForeignCommit` is synchronous, and must not become a promise.
        if (typeof value !== "function" || name === "onForeignCommit") return value;
        return async (...args: unknown[]) => {
          await waitUntilRunning();
          try {
            return await Reflect.apply(value, object, args);
          } finally {
            await waitUntilRunning();
          }
        };
      },
    });
  }

  #guardedClock(clock: Clock): Clock {
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

function neverSettles(): Promise<never> {
  return new Promise(() => {});
}

const silent: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
