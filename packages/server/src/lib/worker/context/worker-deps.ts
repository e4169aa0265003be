import type { OutputLimits } from "../../generation/output-limits.js";
import type { HostCredits } from "../../ledger/authorizing.js";
import type { Models } from "../../model/define-model.js";
import type { Announcer } from "../../ports/announcer.js";
import type { Clock } from "../../ports/clock.js";
import type { Dispatcher } from "../../ports/dispatcher.js";
import type { EventBus } from "../../ports/event-bus.js";
import type { ImageScaler } from "../../ports/image-scaler.js";
import type { Logger } from "../../ports/logger.js";
import type { Marking } from "../../ports/mark.js";
import type { MediaCopier } from "../../ports/media-copier.js";
import type { OutputCheck } from "../../ports/output-check.js";
import type { Storage } from "../../ports/storage.js";
import type { Store } from "../../ports/store/store.js";
import type { TelemetryReporter } from "../../ports/telemetry.js";
import type { WebhookUrls } from "../../signing/webhook-urls.js";
import type { CrashPoint } from "./crash-point.js";

/** Everything that a worker needs; `compose` fills in the defaults. */
export interface WorkerDeps {
  readonly store: Store;
  readonly storage: Storage;
  /** Rejects while the storage refuses writes. @default the storage's `ping` */
  readonly checkStorage?: () => Promise<void>;
  /** Rejects if the storage refuses an object of that many bytes. @default no trial */
  readonly tryStorage?: (byteLength: number) => Promise<void>;
  readonly copier: MediaCopier;
  /** @default no announcements */
  readonly announcer?: Announcer;
  /** The host's own credit system. @default the ledger keeps the credits */
  readonly hostCredits?: HostCredits | undefined;
  /** Receives the ends of generations. @default no reports */
  readonly reporter?: TelemetryReporter | undefined;
  /** Makes thumbnails and placeholders, and scales down large previews. @default none are made */
  readonly scaler?: ImageScaler;
  /** The host's check of outputs. @default every output is delivered */
  readonly outputCheck?: OutputCheck | undefined;
  /** Marks stored files as AI media. @default none is marked */
  readonly marking?: Marking | undefined;
  readonly models: Models;
  readonly dispatcher: Dispatcher;
  readonly eventBus: EventBus;
  readonly clock: Clock;
  readonly logger: Logger;
  /** From 0 to below 1, as `Math.random`; spreads retries. Not used for secrets. */
  readonly random: () => number;
  /** Returns a new unguessable token at each call. Tokens identify attempts to providers, and commands to the store. */
  readonly createToken: () => string;
  /** URL for webhooks of vendors. @default none */
  readonly webhookUrlOf?: WebhookUrls["urlOf"];
  /** URL at which vendors can read an upload, valid until `expiresAt` (epoch milliseconds). @default none */
  readonly inputUrlOf?: ((id: string, options: { readonly expiresAt: number }) => Promise<string>) | undefined;
  /** Whether a vendor can reach such a URL, of the server or of the storage. @default every URL is reachable */
  readonly isPublicUrl?: (url: string) => boolean;
  /** Keeps the process alive until the returned function is called. */
  readonly keepAlive: () => () => void;
  readonly concurrency: number;
  readonly leaseMs: number;
  readonly reconcileForMs: number;
  readonly storingGraceMs: number;
  readonly drainMs: number;
  /** Max size of a stored output, in bytes. @default no limit */
  readonly maxOutputBytes?: OutputLimits;
  /** How long an upload without a referring submit is kept, in milliseconds. @default forever */
  readonly keepInputsMs?: number;
  /** How long an ended generation keeps its content, in milliseconds; min one day. @default forever */
  readonly keepGenerationsMs?: number | null;
  /** Max duration of a request in milliseconds, if the host ends longer ones. @default unlimited */
  readonly budgetMs?: number | null;
  /** How long a generation is due before a sweep enqueues it, in milliseconds. @default 2,000 */
  readonly sweepAfterMs?: number;
  /** For tests that kill the process: called when the worker passes a point. */
  readonly onCrashPoint?: (point: CrashPoint) => void;
}
