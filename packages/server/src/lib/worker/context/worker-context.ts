import type { ModelDefinitions } from "../../model/define-model.js";
import type { Announcer } from "../../ports/announcer.js";
import type { GateLimit } from "../../ports/store/gate-limit.js";
import type { PendingWork } from "../../process/pending-work.js";
import type { OutputPlace, SizeBreaker } from "./size-breaker.js";
import type { StepBudget } from "./step-budget.js";
import type { StorageCheck } from "./storage-check.js";
import type { StoreOutage } from "./store-outage.js";
import type { Timings } from "./timings.js";
import type { WorkerDeps } from "./worker-deps.js";
import type { WorkerMemory } from "./worker-memory.js";

/** The dependencies that only `createWorker` and `createRequestWorker` use, or that a context replaces. */
type ReplacedDeps = "announcer" | "budgetMs" | "concurrency" | "drainMs" | "keepAlive" | "models";

/** The dependencies and the state of one worker. Each part of the worker declares the members that it needs. */
export interface WorkerContext extends Omit<WorkerDeps, ReplacedDeps> {
  readonly announcer: Announcer;
  readonly models: ModelDefinitions;
  /** Of all providers of the models. */
  readonly limits: readonly GateLimit[];
  readonly budget: StepBudget;
  readonly outage: StoreOutage;
  readonly sizeBreakers: Readonly<Record<OutputPlace, SizeBreaker>>;
  readonly storageCheck: StorageCheck;
  readonly timings: Timings;
  readonly memory: WorkerMemory;
  /**
   * Writes that continue after their step, such as late responses, and wakes that an engine has not accepted yet. The drain
   * waits for them.
   */
  readonly lateRecords: PendingWork;
  /** Aborted when the drain is over: no work may continue after it. */
  readonly endSignal: AbortSignal;
}
