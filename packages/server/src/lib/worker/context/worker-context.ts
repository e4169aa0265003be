import type { ModelDefinitions } from "../../model/define-model.js";
import type { Announcer } from "../../ports/announcer.js";
import type { Clock } from "../../ports/clock.js";
import type { Dispatcher } from "../../ports/dispatcher.js";
import type { EventBus } from "../../ports/event-bus.js";
import type { ImageScaler } from "../../ports/image-scaler.js";
import type { Logger } from "../../ports/logger.js";
import type { MediaCopier } from "../../ports/media-copier.js";
import type { Storage } from "../../ports/storage.js";
import type { Store } from "../../ports/store/store.js";
import type { WebhookUrls } from "../../signing/webhook-urls.js";
import type { CrashPoint } from "./crash-point.js";
import type { PendingWork } from "./pending-work.js";
import type { StepBudget } from "./step-budget.js";
import type { StoreOutage } from "./store-outage.js";
import type { Timings } from "./timings.js";
import type { WorkerMemory } from "./worker-memory.js";

/** The dependencies of every step of a worker. */
export interface WorkerContext {
  readonly store: Store;
  readonly storage: Storage;
  readonly copier: MediaCopier;
  readonly announcer: Announcer;
  readonly scaler?: ImageScaler | undefined;
  readonly models: ModelDefinitions;
  readonly dispatcher: Dispatcher;
  readonly eventBus: EventBus;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: () => number;
  readonly createToken: () => string;
  readonly webhookUrlOf?: WebhookUrls["urlOf"] | undefined;
  readonly inputUrlOf?: ((id: string, options: { readonly expiresAt: number }) => Promise<string>) | undefined;
  readonly isPublicUrl?: ((url: string) => boolean) | undefined;
  readonly leaseMs: number;
  readonly reconcileForMs: number;
  readonly storingGraceMs: number;
  readonly maxOutputBytes?: number | undefined;
  readonly keepInputsMs?: number | undefined;
  readonly keepGenerationsMs?: number | null | undefined;
  readonly budget: StepBudget;
  readonly outage: StoreOutage;
  readonly timings: Timings;
  readonly memory: WorkerMemory;
  /** Late responses that are being recorded after their step was interrupted; the drain waits for them. */
  readonly lateRecords: PendingWork;
  /** Aborted when the drain is over: no work may continue after it. */
  readonly endSignal: AbortSignal;
  readonly onCrashPoint?: ((point: CrashPoint) => void) | undefined;
}
