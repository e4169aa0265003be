import { guardedCopier } from "../../src/lib/copier/guarded-copier.js";
import { openConnection } from "../../src/lib/copier/transport/open-connection.js";
import type { Models } from "../../src/lib/model/define-model.js";
import type { Clock } from "../../src/lib/ports/clock.js";
import type { Logger } from "../../src/lib/ports/logger.js";
import type { Storage } from "../../src/lib/ports/storage.js";
import type { Store } from "../../src/lib/ports/store/store.js";
import type { WebhookUrls } from "../../src/lib/signing/webhook-urls.js";
import { createWorker } from "../../src/lib/worker/loop/create-worker.js";
import type { Worker } from "../../src/lib/worker/loop/worker.js";
import { KillableProcess } from "./killable-process.js";

/** Options of `MatrixProcess`. */
export interface MatrixProcessOptions {
  readonly store: Store;
  readonly storage: Storage;
  readonly models: (process: KillableProcess) => Models;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly createToken: () => string;
  readonly webhookUrlOf: WebhookUrls["urlOf"] | null;
  /** Called at each crash point. It may kill the process or wait. */
  readonly onCrashPoint: (point: string) => void;
  /** Called before an output is stored. */
  readonly onStoring: () => Promise<void>;
  /** Called for each connection of the copier. */
  readonly onConnection: (host: string) => void;
}

/** Larger than any output of a test. */
const maxOutputBytes = 1_000_000;

/** A worker with the real copier. It can die at each crash point and around each call. */
export class MatrixProcess extends KillableProcess {
  readonly worker: Worker;

  constructor({ clock, createToken, logger, models, store, storage, ...hooks }: MatrixProcessOptions) {
    super();
    const pass = (point: string): void => {
      if (this.isAlive) hooks.onCrashPoint(point);
      if (!this.isAlive) throw new Error(`The process died at ${point}.`);
    };
    const ownClock = this.bindClock(clock);
    const copier = guardedCopier({
      clock: ownClock,
      connect: (target, signal) => {
        hooks.onConnection(`${target.hostname}:${target.port}`);
        return openConnection(target, { signal });
      },
    });
    this.worker = createWorker({
      store: this.bind(store),
      storage: this.bind(storage, async (name) => {
        if (name === "put") await hooks.onStoring();
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

  /** Runs one step of the due work, or stops when the process dies. */
  async step(): Promise<void> {
    await Promise.race([this.worker.tick().catch(ignoreDeath(this)), this.died]);
  }
}

function ignoreDeath(process: KillableProcess) {
  return (error: unknown): void => {
    if (process.isAlive) throw error;
  };
}
