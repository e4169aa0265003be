import type { Models } from "../model/define-model.js";
import type { Clock } from "../ports/clock.js";
import type { Dispatcher } from "../ports/dispatcher.js";
import type { EventBus } from "../ports/event-bus.js";
import type { Logger } from "../ports/logger.js";
import type { Storage } from "../ports/storage.js";
import type { Store, SubmitLimits } from "../ports/store.js";
import type { KeyRing } from "./key-ring.js";
import type { MediaUrls } from "./media-urls.js";

/** Random names, so that tests can choose them. */
export interface Ids {
  /** `gen_` and a UUIDv7 in lower case. */
  newGenerationId(): string;
  /** 128 random bits in `[0-9a-f]`: where the bytes of one generation go. */
  newStoragePrefix(): string;
}

/** What every verb works with. One per composed server. */
export interface ServiceContext {
  readonly store: Store;
  readonly storage: Storage;
  readonly models: Models;
  readonly limits: SubmitLimits;
  /** What an account starts with. */
  readonly initialGrant: number;
  readonly dispatcher: Dispatcher;
  readonly eventBus: EventBus;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly ids: Ids;
  readonly keyRing: KeyRing;
  readonly mediaUrls: MediaUrls;
  /** Aborted when the server closes: whoever waits for a change answers at once. */
  readonly closing: AbortSignal;
}
