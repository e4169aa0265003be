import { definitionsOf } from "../../model/define-model.js";
import { gateLimitsOf } from "../../model/gate-limits.js";
import type { Announcer } from "../../ports/announcer.js";
import { PendingWork } from "../../process/pending-work.js";
import { type OutputPlace, SizeBreaker } from "./size-breaker.js";
import { StepBudget } from "./step-budget.js";
import { StorageCheck } from "./storage-check.js";
import { StoreOutage } from "./store-outage.js";
import { Timings } from "./timings.js";
import type { WorkerContext } from "./worker-context.js";
import type { WorkerDeps } from "./worker-deps.js";
import { createWorkerMemory } from "./worker-memory.js";

const noAnnouncer: Announcer = { targets: [], announce: async () => {} };

/** Creates contexts that share the options and the memory of one worker, and no other mutable state except `outage`. */
export interface WorkerContexts {
  create(): WorkerContext;
  /** Aborts `endSignal` of all contexts. */
  end(): void;
}

export function createWorkerContexts(deps: WorkerDeps): WorkerContexts {
  const { announcer = noAnnouncer, budgetMs = null, clock, logger, models } = deps;
  const definitions = definitionsOf(models);
  const limits = gateLimitsOf(definitions);
  const end = new AbortController();
  const memory = createWorkerMemory(clock);
  const outage = new StoreOutage({ clock, logger });
  const sizeBreaker = (place: OutputPlace, tryWrite: WorkerDeps["tryStorage"]): SizeBreaker =>
    new SizeBreaker({ clock, logger, place, refused: memory.refusedSizes[place], tryWrite });
  return {
    create: () => ({
      ...deps,
      announcer,
      models: definitions,
      limits,
      budget: new StepBudget(clock, budgetMs),
      outage,
      sizeBreakers: {
        storage: sizeBreaker("storage", deps.tryStorage),
        TMPDIR: sizeBreaker("TMPDIR", deps.tryTempFolder),
      },
      storageCheck: new StorageCheck({ ...deps, memory }),
      memory,
      timings: new Timings({ ...deps, models: Object.keys(models), memory: memory.timings }),
      lateRecords: new PendingWork(),
      endSignal: end.signal,
    }),
    end: () => end.abort(),
  };
}
