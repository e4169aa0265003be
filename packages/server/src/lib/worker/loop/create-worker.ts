import { errorLine } from "../../ports/error-text.js";
import { workerContexts } from "../context/worker-contexts.js";
import type { WorkerDeps } from "../context/worker-deps.js";
import { warnOfMissingMedia } from "./warn-of-missing-media.js";
import type { Worker } from "./worker.js";
import { WorkerLoop } from "./worker-loop.js";
import { WorkerRounds } from "./worker-rounds.js";

/** The worker of a long-lived process. */
export interface LoopWorker extends Worker {
  /** Whether the loop was started and not stopped since. */
  readonly isStarted: boolean;
  /** Drains as `stop` does, but without a time limit for paid requests in flight. `stop` may still follow. */
  retire(): Promise<void>;
}

/** Builds a worker that is idle until `start` or `tick`. After `stop` it stays stopped. */
export function createWorker(options: WorkerDeps): LoopWorker {
  const { clock, concurrency, drainMs, keepAlive, onCrashPoint } = options;
  const contexts = workerContexts(options);
  const context = contexts.create();
  const rounds = new WorkerRounds(context, concurrency);
  const loop = new WorkerLoop(context, rounds);
  let draining: Promise<void> | null = null;
  let stopping: Promise<void> | null = null;
  let letEnd: (() => void) | null = null;

  const drain = async (): Promise<void> => {
    const loopEnded = loop.stop();
    rounds.drain();
    onCrashPoint?.("P20");
    await loopEnded;
    await rounds.settled();
    await context.timings.flush();
    contexts.end();
  };

  const retire = (): Promise<void> => {
    draining ??= drain().finally(() => letEnd?.());
    return draining;
  };

  const stop = async (): Promise<void> => {
    const drained = retire();
    const cancelTimer = clock.setTimer(drainMs, () => {
      contexts.end();
      rounds.cut();
    });
    await drained.finally(cancelTimer);
  };

  return {
    get isStarted() {
      return letEnd !== null && draining === null;
    },
    start: () => {
      if (draining !== null) return;
      letEnd ??= keepAlive();
      loop.start();
      void loadModules(options);
      void warnOfMissingMedia(options);
    },
    retire,
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
    tick: () => rounds.tick(),
  };
}

/**
 * Loads the modules that the first output needs. Node.js 22.12 to 22.18 never retry an import that failed once, for
 * example without a free file descriptor. The worker could then copy no links until a restart.
 */
async function loadModules({ copier, logger, scaler }: WorkerDeps): Promise<void> {
  for (const each of [copier, scaler]) {
    try {
      await each?.load?.();
    } catch (error) {
      logger.warn("Could not load the modules that copy outputs; retrying with the next output.", {
        error: errorLine(error),
      });
    }
  }
}
