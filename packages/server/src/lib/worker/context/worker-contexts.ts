import { definitionsOf } from "../../model/define-model.js";
import type { Announcer } from "../../ports/announcer.js";
import { PendingWork } from "./pending-work.js";
import { StepBudget } from "./step-budget.js";
import { StoreOutage } from "./store-outage.js";
import { Timings } from "./timings.js";
import type { WorkerContext } from "./worker-context.js";
import type { WorkerDeps } from "./worker-deps.js";
import { createWorkerMemory, type WorkerMemory } from "./worker-memory.js";

const silent: Announcer = { targets: [], announce: async () => {} };

/** Creates contexts that share the options and the memory of one worker, and no other mutable state except `outage`. */
export interface WorkerContexts {
  readonly memory: WorkerMemory;
  create(): WorkerContext;
  /** Aborts `endSignal` of all contexts. */
  end(): void;
}

export function workerContexts(options: WorkerDeps): WorkerContexts {
  const { announcer = silent, budgetMs = null, clock, logger, models } = options;
  const end = new AbortController();
  const memory = createWorkerMemory(clock);
  const outage = new StoreOutage(logger);
  return {
    memory,
    create: () => ({
      ...options,
      announcer,
      models: definitionsOf(models),
      budget: new StepBudget(clock, budgetMs),
      outage,
      memory,
      timings: new Timings({ ...options, models: Object.keys(models), memory: memory.timings }),
      lateRecords: new PendingWork(),
      endSignal: end.signal,
    }),
    end: () => end.abort(),
  };
}
