import type { ModelDefinitions } from "../model/define-model.js";
import type { AnnouncementTarget } from "../ports/announcer.js";
import type { Clock } from "../ports/clock.js";
import type { Dispatcher } from "../ports/dispatcher.js";
import type { EventBus } from "../ports/event-bus.js";
import type { Logger } from "../ports/logger.js";
import type { Storage } from "../ports/storage.js";
import type { Store } from "../ports/store/store.js";
import type { SubmitLimits } from "../ports/store/store-commands.js";
import type { EntryIds } from "../signing/entry-ids.js";
import type { KeyRing } from "../signing/key-ring.js";
import type { MediaUrls } from "../signing/media-urls.js";
import type { WebhookUrls } from "../signing/webhook-urls.js";
import type { Billing } from "./credits/billing.js";
import type { Hooks } from "./hooks.js";
import type { OwnerWatch } from "./watch/owner-watch.js";
import type { UnclaimedJobWarning } from "./watch/unclaimed-job-warning.js";

/** Random names, so that tests can choose them. */
export interface Ids {
  /** `gen_` and a UUIDv7 in lower case. */
  newGenerationId(): string;
  /** `inp_` and a UUIDv7 in lower case. */
  newInputId(): string;
  /** 128 random bits in `[0-9a-f]`: where the bytes of one generation go. */
  newStoragePrefix(): string;
}

/** Limits of one owner: those that the commit decides, and those that a request alone decides. */
export interface ServiceLimits extends SubmitLimits {
  /** Largest input, in bytes as JSON in UTF-8. */
  readonly maxInputBytes: number;
  /** Pictures that one owner may upload in a time; `null` for no limit. */
  readonly uploads: { readonly requests: number; readonly perMs: number } | null;
  /** How often one input may name an uploaded picture. */
  readonly maxInputImages: number;
  /** Largest uploaded picture, in bytes. */
  readonly maxInputImageBytes: number;
  /** Of all uploads that are in progress, in bytes. */
  readonly maxUploadBytes: number;
  /** Width times height of one, at most. */
  readonly maxInputImagePixels: number;
}

/** What every verb works with. One per composed server. */
export interface ServiceContext {
  readonly store: Store;
  readonly storage: Storage;
  readonly models: ModelDefinitions;
  readonly limits: ServiceLimits;
  /** `null` where the host does not bill. */
  readonly billing: Billing | null;
  readonly dispatcher: Dispatcher;
  readonly eventBus: EventBus;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly ids: Ids;
  /** Tells long polls when to look again. */
  readonly ownerWatch: OwnerWatch;
  readonly unclaimedJobWarning: UnclaimedJobWarning;
  readonly keyRing: KeyRing;
  readonly mediaUrls: MediaUrls;
  readonly entryIds: EntryIds;
  readonly webhookUrls: WebhookUrls;
  readonly hooks: Pick<Hooks, "beforeSubmit">;
  /** Whom ends are announced to. */
  readonly announceTo: readonly AnnouncementTarget[];
  /** Aborted when the server closes: whoever waits for a change answers at once. */
  readonly closing: AbortSignal;
  /** For tests that kill the process: `P10` a call-back is verified and not recorded, `P11` it is recorded and not answered. */
  readonly onCrashPoint?: ((point: "P10" | "P11") => void) | undefined;
}
