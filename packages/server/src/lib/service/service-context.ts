import type { Caller, ModelDefinitions } from "../model/define-model.js";
import type { AnnouncementTarget } from "../ports/announcer.js";
import type { Clock } from "../ports/clock.js";
import type { Dispatcher } from "../ports/dispatcher.js";
import type { EventBus } from "../ports/event-bus.js";
import type { Logger } from "../ports/logger.js";
import type { Storage } from "../ports/storage.js";
import type { Store } from "../ports/store/store.js";
import type { SubmitLimits } from "../ports/store/submit-commands.js";
import type { TelemetryReporter } from "../ports/telemetry.js";
import type { EntryIds } from "../signing/entry-ids.js";
import type { KeyRing } from "../signing/key-ring.js";
import type { MediaUrls } from "../signing/media-urls.js";
import type { WebhookUrls } from "../signing/webhook-urls.js";
import type { Billing } from "./credits/billing.js";
import type { Hooks } from "./hooks.js";
import type { Erasures } from "./owners/erasures.js";
import type { QueuePlaces } from "./queue/queue-places.js";
import type { DuplicatesInFlight } from "./submit/duplicates-in-flight.js";
import type { PendingHolds } from "./submit/pending-holds.js";
import type { PendingSubmits } from "./submit/pending-submits.js";
import type { TeamRules } from "./teams.js";
import type { OwnerWatch } from "./watch/owner-watch.js";
import type { UnclaimedJobWarning } from "./watch/unclaimed-job-warning.js";

/** Creates random ids. An interface, so that tests can choose them. */
export interface Ids {
  /** `gen_` and a UUIDv7 in lower case. */
  newGenerationId(): string;
  /** `grp_` and a UUIDv7 in lower case. */
  newGroupId(): string;
  /** `inp_` and a UUIDv7 in lower case. */
  newInputId(): string;
  /** Prefix of the storage keys of one generation: 32 digits of `[0-9a-f]`. */
  newStoragePrefix(): string;
}

/**
 * Limits of one owner, of one input or of the process. Each request checks them before its work; the commit checks those
 * of `SubmitLimits`, the uploads per period and the stored bytes again.
 */
export interface ServiceLimits extends SubmitLimits {
  /** Max size of an input, in bytes as JSON in UTF-8. */
  readonly maxInputBytes: number;
  /** Uploads of one owner per period; `null` for no limit. */
  readonly uploads: { readonly requests: number; readonly perMs: number } | null;
  /** Max references to uploads in one input. */
  readonly maxInputFiles: number;
  /** Max size of an uploaded image, in bytes. */
  readonly maxInputImageBytes: number;
  /** Max bytes of all stored uploads of one owner; `null` for no limit. */
  readonly maxInputBytesPerOwner: number | null;
  /** Max bytes of all uploads in progress, in memory or in temporary files. */
  readonly maxUploadBytes: number;
  /** Max width times height of an uploaded image. */
  readonly maxInputImagePixels: number;
  /** Max size of an uploaded video, in bytes; 0 refuses videos. */
  readonly maxInputVideoBytes: number;
  /** Max width times height of an uploaded video. */
  readonly maxInputVideoPixels: number;
  /** Max size of an uploaded audio file, in bytes; 0 refuses audio. */
  readonly maxInputAudioBytes: number;
  /** Max duration of an uploaded video or audio file, in seconds. */
  readonly maxInputSeconds: number;
}

/** Dependencies of the service. One per composed server. */
export interface ServiceContext {
  readonly store: Store;
  readonly storage: Storage;
  readonly models: ModelDefinitions;
  readonly limits: ServiceLimits;
  /** The priority of submits to models without one, from 0 to 9. */
  readonly priorityFor: (input: unknown, caller: Caller) => number;
  /** `null` if the host does not bill. */
  readonly billing: Billing | null;
  readonly dispatcher: Dispatcher;
  readonly eventBus: EventBus;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly ids: Ids;
  /** Notifies long polls and streams of changes. */
  readonly ownerWatch: OwnerWatch;
  readonly unclaimedJobWarning: UnclaimedJobWarning;
  /** Places of waiting generations, for responses and streams. */
  readonly queuePlaces: QueuePlaces;
  readonly keyRing: KeyRing;
  /** Keys that are derived from one in the database: equal in all of its processes, whichever secrets they have. */
  readonly databaseKeys: Pick<KeyRing, "sign">;
  readonly erasures: Erasures;
  readonly pendingSubmits: PendingSubmits;
  readonly duplicatesInFlight: DuplicatesInFlight;
  readonly pendingHolds: PendingHolds;
  readonly mediaUrls: MediaUrls;
  /** The host's URL of a smaller image; `null` without one. Never throws, and returns `null` for the stored thumbnail. */
  readonly thumbnailUrlOf: ((url: string, size: number) => string | null) | null;
  /** Whether owners receive the safety flags of vendors. */
  readonly exposesFlags: boolean;
  readonly entryIds: EntryIds;
  readonly webhookUrls: WebhookUrls;
  readonly hooks: Pick<Hooks, "beforeSubmit">;
  readonly teams: TeamRules;
  /** Targets of the announcements of ends. */
  readonly announceTo: readonly AnnouncementTarget[];
  /** Receives submits and ends, for the host's telemetry. Absent without one. */
  readonly reporter?: TelemetryReporter | undefined;
  /** Aborted when the server closes: every waiting request then responds at once. */
  readonly closing: AbortSignal;
  /** For tests that kill the process. `P10`: a webhook is verified, not recorded. `P11`: recorded, without a response. */
  readonly onCrashPoint?: ((point: "P10" | "P11") => void) | undefined;
}
