import { errorLine } from "../../ports/error-text.js";
import { createWorkerContexts } from "../context/worker-contexts.js";
import type { WorkerDeps } from "../context/worker-deps.js";
import { deliver } from "./deliver.js";
import { warnOfMissingMedia } from "./warn-of-missing-media.js";
import { warnOfSetup } from "./warn-of-setup.js";
import { WorkScheduler } from "./work-scheduler.js";
import type { Worker } from "./worker.js";
import { WorkerLoop } from "./worker-loop.js";

/** The worker of a long-lived process. */
export interface LoopWorker extends Worker {
  /** Whether the loop was started and not stopped since. */
  readonly isStarted: boolean;
  /** Drains as `stop` does, but without a time limit for paid requests in flight. `stop` may still follow. */
  retire(): Promise<void>;
}

/** Builds a worker that is idle until `start` or `tick`. After `stop` it stays stopped. */
export function createWorker(deps: WorkerDeps): LoopWorker {
  const { clock, concurrency, drainMs, keepAlive, onCrashPoint } = deps;
  const contexts = createWorkerContexts(deps);
  const context = contexts.create();
  const scheduler = new WorkScheduler(context, concurrency);
  const loop = new WorkerLoop(context, { scheduler });
  let draining: Promise<void> | null = null;
  let stopping: Promise<void> | null = null;
  let stopKeepAlive: (() => void) | null = null;

  const drain = async (): Promise<void> => {
    const loopEnded = loop.stop();
    scheduler.drain();
    onCrashPoint?.("P20");
    await loopEnded;
    await scheduler.settled();
    await context.timings.flush();
    contexts.end();
  };

  const retire = (): Promise<void> => {
    draining ??= drain().finally(() => stopKeepAlive?.());
    return draining;
  };

  const stop = async (): Promise<void> => {
    const drained = retire();
    const cancelTimer = clock.setTimer(drainMs, () => {
      contexts.end();
      scheduler.abortAll();
    });
    await drained.finally(cancelTimer);
  };

  return {
    get isStarted() {
      return stopKeepAlive !== null && draining === null;
    },
    start: () => {
      if (draining !== null) return;
      stopKeepAlive ??= keepAlive();
      loop.start();
      void loadModules(deps);
      void warnOfMissingMedia(deps);
      warnOfSetup(context);
    },
    retire,
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
    tick: () => scheduler.tick(),
    advance: (id) => deliver(context, { id, scheduler }),
    sweep: (limit) => scheduler.sweep(limit),
  };
}

/**
 * Loads the modules that the first output needs while files can still be opened. An import may fail without a free file
 * descriptor, and Node.js 22.12 to 22.18 never retry it: the worker then stores no outputs until a restart.
 */
async function loadModules({ copier, logger, scaler }: WorkerDeps): Promise<void> {
  for (const each of [copier, scaler]) {
    try {
      await each?.load?.();
    } catch (error) {
      logger.warn("Could not load a module that outputs need; the next output tries again.", {
        event: "module.not_loaded",
        error: errorLine(error),
      });
    }
  }
}
