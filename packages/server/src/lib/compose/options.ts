import type { OutgoingWebhook } from "../announce/send-webhook.js";
import type { RecognitionOptions } from "../http/handlers/recognition.js";
import type { IdentifyRequest } from "../http/request/identify-request.js";
import type { HostCredits } from "../ledger/authorizing.js";
import type { DatabaseCredits } from "../ledger/same-database.js";
import type { Caller, Models } from "../model/define-model.js";
import type { Priority } from "../model/priority.js";
import type { Clock } from "../ports/clock.js";
import type { Dispatcher } from "../ports/dispatcher.js";
import type { EventBus } from "../ports/event-bus.js";
import type { Logger } from "../ports/logger.js";
import type { Storage } from "../ports/storage.js";
import type { Store } from "../ports/store/store.js";
import type { Telemetry } from "../ports/telemetry.js";
import type { Hooks } from "../service/hooks.js";
import type { Identity } from "../service/owners/caller.js";
import type { TeamOptions } from "../service/teams.js";
import type { LimitOptions } from "./limit-options.js";
import type { ProvenanceOptions } from "./provenance-options.js";

/** Options of the worker. */
export interface WorkerOptions {
  /**
   * `loop`: a started worker of a long-lived process advances due generations. `request`: for hosts that freeze or end
   * a process between requests. There, the requests of owners who read their generations advance due work, through
   * `waitUntil` if the host has it; so does `POST /tick`.
   * @default "loop"
   */
  readonly mode?: "loop" | "request";
  /**
   * For request mode only: how long the host lets a request and its `waitUntil` promises run, in milliseconds. No step
   * runs beyond it, and none begins with less than half of it left. Required for providers with one blocking call: an
   * interrupted call is paid and lost.
   * @default no limit
   */
  readonly budgetMs?: number;
  /**
   * Bearer token for `POST /tick` and `POST /tick/:id`, of at least 32 characters, for schedulers and job engines.
   * Without it, they accept the server's own secrets. Those also sign URLs, so do not share them.
   */
  readonly tickSecret?: string | undefined;
  /**
   * Max generations that this process, or in request mode one request, advances at once. With several providers, none
   * fills the last quarter (rounded down, at least one). With four or more slots, no owner fills the last eighth
   * (rounded down, at least one).
   * @default 8
   */
  readonly concurrency?: number;
  /**
   * How long a claim stays valid without renewal, in milliseconds; the worker renews it after a third of that. After a
   * crash, a generation waits this long for its next worker. From 1,000 to 120,000.
   * @default 30_000
   */
  readonly leaseMs?: number;
  /**
   * How long a generation whose paid request got no response is reconciled before it fails with `outcome_unknown`, in
   * milliseconds.
   * @default 600_000
   */
  readonly reconcileForMs?: number;
  /**
   * How long storing a finished result may take beyond the deadline, in milliseconds: the result is already paid.
   * @default 3_600_000
   */
  readonly storingGraceMs?: number;
  /**
   * How long `stop` waits for a paid request in flight and the record of its result, in milliseconds.
   * @default 20_000
   */
  readonly drainMs?: number;
  /**
   * How long a generation is due before `worker.sweep` enqueues it, in milliseconds. Longer than an engine usually needs
   * to deliver a wake.
   * @default 2_000
   */
  readonly sweepAfterMs?: number;
}

/** How long data stays that its owner does not delete. */
export interface RetentionOptions {
  /**
   * How long an upload stays after its upload or the last submit with a reference to it, in milliseconds. The
   * worker then deletes it. Minimum: the longest deadline of a model plus an hour, so that no upload in use is deleted.
   * @default 604_800_000, or the minimum if that is more
   */
  readonly inputsMs?: number;
  /**
   * How long a generation keeps its content after its end, seen or not, in milliseconds. The worker then deletes input,
   * outputs and bytes within about an hour, like a delete by the owner. Credits and the used idempotency key stay, and
   * clients receive the deletion. Minimum 86,400,000, a day.
   * @default never
   */
  readonly generationsMs?: number;
}

/** Options of credits. */
export interface CreditOptions {
  /**
   * Credits that a new account starts with. Safe integer ≥ 0.
   * @default 0
   */
  readonly initialGrant?: number;
}

/**
 * Returns the URL of a smaller version of an image, or `null` for the stored thumbnail, if there is one.
 *
 * @param url of the output, as the client receives it: signed, and the same for up to 5 minutes.
 * @param size max width and height, in pixels.
 */
export type ThumbnailUrl = (url: string, size: number) => string | null;

/** Options of `createSafelight`. */
export interface SafelightOptions<M extends Models> {
  /** Stores the rows, such as `libsqlStore({ url: "file:safelight.db" })`. */
  readonly store: Store;
  /** Stores the bytes, such as `fileStorage("./media")`. */
  readonly storage: Storage;
  /**
   * Authenticates the caller of a request. Required: without it, every caller could spend credits. Called for each
   * request except health, models, the OpenAPI document and signed URLs.
   */
  readonly identify: (request: IdentifyRequest) => Identity | Promise<Identity>;
  /** The offered models, by the name that a submit uses. */
  readonly models: M;
  /**
   * The path at which the host mounts the router. Each request outside of it gets 404 with an explanation, and the first one
   * is logged.
   * @default "/api/generations"
   */
  readonly basePath?: string;
  /**
   * Public origin of the server, such as `https://example.com`. It prefixes `Location` and output URLs if relative ones
   * do not suffice. Vendors send webhooks only with it.
   * @default relative URLs, and no webhooks
   */
  readonly publicUrl?: string | undefined;
  /**
   * Signs the URLs of outputs and of webhooks. At least 32 characters. An array rotates secrets: the first signs, all
   * verify. Required in production (`NODE_ENV`). Otherwise the store creates and keeps one, and a warning is logged.
   */
  readonly secret?: string | readonly [string, ...string[]] | undefined;
  /**
   * Further origins that may send requests with cookies, such as `https://app.example.com`; also enables CORS for them.
   * @default []
   */
  readonly trustedOrigins?: readonly string[];
  /** Limits for each owner, each request and each process. @default the limits of `LimitOptions` */
  readonly limits?: LimitOptions;
  /**
   * Priority of submits to models without a `priority`: an integer from 0 to 9, or a function of the parsed input
   * and the caller. Each level places a generation ahead of others that were submitted up to a minute earlier.
   * @default 0
   */
  readonly priority?: Priority<unknown, Caller>;
  /** How this process works on generations. @default the options of `WorkerOptions` */
  readonly worker?: WorkerOptions;
  /** How long content is kept. @default the times of `RetentionOptions` */
  readonly retention?: RetentionOptions;
  /**
   * Options of credits. `false` turns billing off: no model may have a price, every generation is free, `GET /credits`
   * responds with 404, and `credits` is `null` everywhere else. `authorizing(…)` keeps the credits in the host's own system,
   * and `sameDatabase(…)` in a table of the host.
   * @default { initialGrant: 0 }
   */
  readonly credits?: CreditOptions | HostCredits | DatabaseCredits | false;
  /** Whether the first use creates and upgrades the tables. @default true */
  readonly autoMigrate?: boolean;
  /** Host functions that run before a submit is charged, and after a generation ended or was refunded. */
  readonly hooks?: Hooks;
  /** The rules of teams: which generations members share, and may remove. @default members of a team share no generations */
  readonly teams?: TeamOptions;
  /**
   * The result for outputs whose `hooks.checkOutput` still throws, or takes more than 30 seconds, at the end of
   * `worker.storingGraceMs`. Until then it is retried.
   * @default "withhold"
   */
  readonly onCheckError?: "withhold" | "deliver";
  /**
   * Sends ends and refunds to an endpoint of the host, signed by Standard Webhooks, for a back end that does not run
   * the worker. The body is `{ type: "generation.completed", timestamp, data }`, with the fields of `EndEvent` in
   * `data`.
   * @default no webhook
   */
  readonly webhook?: OutgoingWebhook;
  /**
   * `false`: the worker decodes no image. Outputs then have no placeholder and no stored thumbnail, and a preview of
   * more than 256 KiB is dropped.
   * @default `sharp`, if it is installed
   */
  readonly scaler?: false;
  /**
   * Builds `thumbnailUrl` of each output that is larger than 512 pixels in a direction, for a CDN that resizes images.
   * @default the stored thumbnail
   */
  readonly thumbnailUrl?: ThumbnailUrl | undefined;
  /**
   * Marks each output and thumbnail as made by AI, in a form that machines read: `DigitalSourceType` of the IPTC in the
   * XMP metadata. Files with a C2PA manifest stay as they are. `false`: no file is changed.
   * @default {}
   */
  readonly provenance?: ProvenanceOptions | false;
  /**
   * Whether the owners of outputs receive the safety `flags` of vendors. Hosts have them in `hooks.checkOutput` and on the
   * operator page in any case.
   * @default false
   */
  readonly exposeFlags?: boolean;
  /**
   * Opens `POST /recognize`, where any caller may send a file, to learn whether this server made it and what its mark states.
   * @default false
   */
  readonly recognition?: RecognitionOptions | boolean;
  /** @default warnings and errors to the console */
  readonly logger?: Logger;
  /**
   * Receives traces and metrics, such as `otelTelemetry()` from `@safelight/server/otel`.
   * @default none
   */
  readonly telemetry?: Telemetry | undefined;
  /** Wakes workers, or delivers generations through a job engine. @default within this process */
  readonly dispatcher?: Dispatcher;
  /** Publishes hints of changes to watchers. @default within this process */
  readonly eventBus?: EventBus;
  /** For tests. @default the system's time */
  readonly clock?: Clock;
}
