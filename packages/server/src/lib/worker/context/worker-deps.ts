import type { Models } from "../../model/define-model.js";
import type { Announcer } from "../../ports/announcer.js";
import type { Clock } from "../../ports/clock.js";
import type { Dispatcher } from "../../ports/dispatcher.js";
import type { EventBus } from "../../ports/event-bus.js";
import type { Logger } from "../../ports/logger.js";
import type { MediaCopier } from "../../ports/media-copier.js";
import type { PictureScaler } from "../../ports/picture-scaler.js";
import type { Storage } from "../../ports/storage.js";
import type { Store } from "../../ports/store/store.js";
import type { WebhookUrls } from "../../signing/webhook-urls.js";
import type { CrashPoint } from "./crash-point.js";

/** Everything that a worker works with; `compose` fills in the defaults. */
export interface WorkerDeps {
  readonly store: Store;
  readonly storage: Storage;
  readonly copier: MediaCopier;
  /** @default no announcements */
  readonly announcer?: Announcer;
  /** Makes thumbnails, placeholders, and previews of what is too large for one. @default there are none */
  readonly scaler?: PictureScaler;
  readonly models: Models;
  readonly dispatcher: Dispatcher;
  readonly eventBus: EventBus;
  readonly clock: Clock;
  readonly logger: Logger;
  /** From 0 to below 1, as `Math.random`; spreads retries. Nothing secret is made from it. */
  readonly random: () => number;
  /** A fresh unguessable token at each call: names attempts towards providers, and commands towards the store. */
  readonly createToken: () => string;
  /** Address for webhooks of vendors. @default none */
  readonly webhookUrlOf?: WebhookUrls["urlOf"];
  /** URL at which vendors can read an uploaded image, valid until `expiresAt` (epoch milliseconds). @default none */
  readonly inputUrlOf?: ((id: string, options: { readonly expiresAt: number }) => Promise<string>) | undefined;
  /** Whether a vendor can reach such a URL, of the server or of the storage. @default it can reach each */
  readonly isPublicUrl?: (url: string) => boolean;
  /** Keeps the process from ending by itself until the function that it returns is called. */
  readonly keepAlive: () => () => void;
  readonly concurrency: number;
  readonly leaseMs: number;
  readonly reconcileForMs: number;
  readonly storingGraceMs: number;
  readonly drainMs: number;
  /** Largest output that is kept. @default no limit */
  readonly maxOutputBytes?: number;
  /** How long an uploaded picture stays that no submit refers to. @default for ever */
  readonly keepInputsMs?: number;
  /** How long an ended generation keeps its content; at least a day. @default for ever */
  readonly keepGenerationsMs?: number | null;
  /** Max duration of a request, if the host ends longer ones. @default unlimited */
  readonly budgetMs?: number | null;
  /** For tests that kill the process: called when the worker passes a point. */
  readonly onCrashPoint?: (point: CrashPoint) => void;
}
