import { guardedCopier } from "../../copier/guarded-copier.js";
import { openConnection } from "../../copier/transport/open-connection.js";
import type { Models } from "../../model/define-model.js";
import type { Clock } from "../../ports/clock.js";
import type { Logger } from "../../ports/logger.js";
import type { Storage } from "../../ports/storage.js";
import type { Store } from "../../ports/store/store.js";
import type { WebhookUrls } from "../../signing/webhook-urls.js";
import { createWorker } from "../../worker/loop/create-worker.js";
import type { Worker } from "../../worker/loop/worker.js";
import { Mortality } from "./mortality.js";

/** What a process is given. */
export interface MatrixProcessOptions {
  readonly store: Store;
  readonly storage: Storage;
  readonly models: (process: Mortality) => Models;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly createToken: () => string;
  readonly webhookUrlOf: WebhookUrls["urlOf"] | null;
  /** Told at each place where it may die; may kill the process there, and may wait for something else to happen. */
  readonly onPlace: (place: string) => void;
  /** Before an output is put into the storage. */
  readonly onKeeping: () => Promise<void>;
  /** Told to whom the copier connects. */
  readonly onConnection: (host: string) => void;
}

/** No output of a test is longer. */
const maxOutputBytes = 1_000_000;

/** A worker of its own with the real copier, which can die at each of its crash points and around each of its calls. */
export class MatrixProcess extends Mortality {
  readonly worker: Worker;

  constructor({ clock, createToken, logger, models, store, storage, ...hooks }: MatrixProcessOptions) {
    super();
    const pass = (place: string): void => {
      if (this.isAlive) hooks.onPlace(place);
      if (!this.isAlive) throw new Error(`It died at ${place}.`);
    };
    const ownClock = this.bindClock(clock);
    const copier = guardedCopier({
      clock: ownClock,
      connect: (target, signal) => {
        hooks.onConnection(`${target.hostname}:${target.port}`);
        return openConnection(target, signal);
      },
    });
    this.worker = createWorker({
      store: this.bind(store),
      storage: this.bind(storage, async (name) => {
        if (name === "put") await hooks.onKeeping();
      }),
      copier: {
        copy: async (request) => {
          pass("before a copy");
          const outcome = await copier.copy(request);
          pass("after a copy");
          return outcome;
        },
      },
      models: models(this),
      dispatcher: { enqueue: () => {}, onWake: () => () => {} },
      eventBus: { hint: () => {}, onHint: () => () => {} },
      clock: ownClock,
      logger,
      random: () => 0.5,
      createToken,
      ...(hooks.webhookUrlOf !== null && { webhookUrlOf: hooks.webhookUrlOf }),
      keepAlive: () => () => {},
      concurrency: 4,
      leaseMs: 30_000,
      reconcileForMs: 60_000,
      storingGraceMs: 600_000,
      drainMs: 5_000,
      maxOutputBytes,
      onCrashPoint: pass,
    });
  }

  /** One step of whatever is due, or the end of the process. */
  async step(): Promise<void> {
    await Promise.race([this.worker.tick().catch(ignoreDeath(this)), this.died]);
  }
}

function ignoreDeath(process: Mortality) {
  return (error: unknown): void => {
    if (process.isAlive) throw error;
  };
}
