import type { OutgoingWebhook } from "../announce/send-webhook.js";
import type { IdentifyRequest } from "../http/request/identify-request.js";
import type { Models } from "../model/define-model.js";
import type { Clock } from "../ports/clock.js";
import type { Dispatcher } from "../ports/dispatcher.js";
import type { EventBus } from "../ports/event-bus.js";
import type { Logger } from "../ports/logger.js";
import type { Storage } from "../ports/storage.js";
import type { Store } from "../ports/store/store.js";
import type { Hooks } from "../service/hooks.js";
import type { Identity } from "../service/owners/caller.js";

/** Limits of one owner, of one request and of one process. */
export interface LimitOptions {
  /**
   * Submits per owner; the burst is the whole limit. `false` for none.
   * @default { requests: 60, perMs: 60_000 }
   */
  readonly rate?: { readonly requests: number; readonly perMs: number } | false;
  /**
   * Generations of one owner that were given back although they had cost something, before further submits are refused (429
   * `refund_budget_spent`); the burst is the whole limit. Only what owners steer is counted: rejected content or input, and
   * cancels, where a provider was asked. A refund is never refused. `false` for no budget.
   * @default { generations: 100, perMs: 3_600_000 }
   */
  readonly refunds?: { readonly generations: number; readonly perMs: number } | false;
  /**
   * Generations of one owner that may be in progress at once; `false` for no limit.
   * @default 20
   */
  readonly maxActive?: number | false;
  /**
   * Largest request body, in bytes.
   * @default 262_144
   */
  readonly maxBodyBytes?: number;
  /**
   * Largest input of one generation, in bytes as JSON in UTF-8. A retry counts as what it comes to with the old fields.
   * Every answer that lists generations repeats their inputs, up to 100 in one page.
   * @default 32_768
   */
  readonly maxInputBytes?: number;
  /**
   * Pictures that one owner may upload for inputs to refer to; the burst is the whole limit. `false` for none.
   * @default { requests: 60, perMs: 600_000 }
   */
  readonly uploads?: { readonly requests: number; readonly perMs: number } | false;
  /**
   * Uploaded pictures that one input may name. One that is named twice counts twice. They are in memory together where the
   * vendor is sent their bytes.
   * @default 10
   */
  readonly maxInputImages?: number;
  /**
   * Largest uploaded picture, in bytes. It is held in memory while it comes. All that one input names may have twice as much
   * together, one that is named twice counted twice.
   * @default 26_214_400
   */
  readonly maxInputImageBytes?: number;
  /**
   * Max size of all stored uploads of one owner, in bytes. An upload beyond it is refused (413 `payload_too_large`) until unused
   * ones expire (`retention.inputsMs`). At least `maxInputImageBytes`. `false` for no limit.
   * @default 1_073_741_824, or `limits.maxInputImageBytes` where that is more
   */
  readonly maxInputBytesPerOwner?: number | false;
  /**
   * Received bytes of all uploads in progress on one process, and 64 KiB for each. An upload beyond it is refused (503
   * `unavailable`), by its `Content-Length` before its body is read. One owner has at most half of it and
   * 10 uploads in progress (429 `rate_limited`). At least `maxInputImageBytes` and 4,096 for the form around a picture.
   * @default 268_435_456, or twice the least where that is more
   */
  readonly maxUploadBytes?: number;
  /**
   * Width times height of an uploaded picture, at most: small files may unpack to much memory, here or at the vendor. No
   * side may have more than 16,384 pixels.
   * @default 64_000_000
   */
  readonly maxInputImagePixels?: number;
  /**
   * Largest output that is kept, in bytes. A larger one is left out and its price given back; a generation of which
   * nothing is left fails with `output_rejected`. Providers are told, so that they need not read further.
   * @default 67_108_864
   */
  readonly maxOutputBytes?: number;
  /**
   * Streams of events and held questions of all owners, at once on one process. A further stream is refused (503 `unavailable`), a
   * further question is answered at once; clients then ask at the server's pace. Each needs an open file.
   * @default 10_000
   */
  readonly maxStreams?: number;
}

/** How the worker works. */
export interface WorkerOptions {
  /**
   * `loop`: a started worker of a long-lived process advances what is due. `request`: for hosts that freeze or end a
   * process between requests; what is due is advanced by the requests of owners who look at it, through `waitUntil` where
   * the host has one, and by `POST /tick`.
   * @default "loop"
   */
  readonly mode?: "loop" | "request";
  /**
   * For request mode alone: how long the host lets a request and what it waits for run, in milliseconds. No step goes on
   * beyond it, and none is begun when less than half of it is left. Required for providers that answer in one blocking
   * call: what is cut off in the middle is paid for and lost.
   * @default no limit
   */
  readonly budgetMs?: number;
  /**
   * Opens `POST /tick` to schedulers, as a bearer token of at least 32 characters. Without it, the server's own secrets do,
   * which also sign URLs: better not handed out.
   */
  readonly tickSecret?: string | undefined;
  /**
   * Generations that this process advances at once. In request mode, per request. With several providers, none fills the
   * last quarter (rounded down, at least one). With four or more slots, no owner fills the last eighth (rounded down, at
   * least one).
   * @default 8
   */
  readonly concurrency?: number;
  /**
   * How long a claim stays valid without renewal, in milliseconds; renewed at a third of it. When a worker dies,
   * its generations wait this long. From 1,000 to 120,000.
   * @default 30_000
   */
  readonly leaseMs?: number;
  /**
   * How long a generation whose paid request lost its reply is looked for before it fails with `outcome_unknown`, in
   * milliseconds.
   * @default 600_000
   */
  readonly reconcileForMs?: number;
  /**
   * How long, beyond its deadline, a finished result may take to be stored, in milliseconds: it is already paid.
   * @default 3_600_000
   */
  readonly storingGraceMs?: number;
  /**
   * How long `stop` lets a paid request in flight and its record finish, in milliseconds.
   * @default 20_000
   */
  readonly drainMs?: number;
}

/** How long things stay that nobody deletes. */
export interface RetentionOptions {
  /**
   * How long an uploaded picture stays after the last submit that referred to it, or after its upload, in milliseconds. The
   * worker removes it. The least is an hour more than the longest deadline of a model, so that none goes that is still needed.
   * @default 604_800_000, or the least where that is more
   */
  readonly inputsMs?: number;
  /**
   * How long a generation keeps its content after its end, seen or not, in milliseconds. The worker then deletes it within
   * about an hour, as its owner could: input, outputs and bytes go, credits and the used idempotency key stay, and whoever
   * shows it is told. Minimum 86,400,000, a day.
   * @default for ever
   */
  readonly generationsMs?: number;
}

/** How credits are kept. */
export interface CreditOptions {
  /**
   * What an account starts with when it is seen for the first time. Safe integer ≥ 0.
   * @default 0
   */
  readonly initialGrant?: number;
}

/** Everything that a host can say. */
export interface SafelightOptions<M extends Models> {
  /** Where the rows are, such as `libsqlStore({ url: "file:safelight.db" })`. */
  readonly store: Store;
  /** Where the bytes are, such as `fileStorage("./media")`. */
  readonly storage: Storage;
  /**
   * Tells who is calling. There is no default: without it anybody could spend.
   * Called for every request but health, models, the OpenAPI document and signed URLs.
   */
  readonly identify: (request: IdentifyRequest) => Identity | Promise<Identity>;
  /** What is offered, by the name under which it is submitted. */
  readonly models: M;
  /**
   * The path at which the host mounts the router. A mount elsewhere fails at the first request and says so.
   * @default "/api/generations"
   */
  readonly basePath?: string;
  /**
   * Origin at which the world reaches the server, such as `https://example.com`: goes before `Location` and output URLs
   * where relative ones do not do. Vendors call back only where it is given.
   * @default relative URLs, and no call-backs
   */
  readonly publicUrl?: string | undefined;
  /**
   * Signs the URLs of outputs and of call-backs. At least 32 characters; an array rotates: the first signs, all verify. Required in production
   * (`NODE_ENV`); otherwise one is made once, kept by the store, and a warning is logged.
   */
  readonly secret?: string | readonly [string, ...string[]] | undefined;
  /**
   * Further origins that may call with cookies, such as `https://app.example.com`; also turns CORS on for them.
   * @default []
   */
  readonly trustedOrigins?: readonly string[];
  readonly limits?: LimitOptions;
  readonly worker?: WorkerOptions;
  readonly retention?: RetentionOptions;
  /**
   * How credits are kept. `false`: the host does not bill. Then no model may have a price, every generation is free,
   * `GET /credits` is answered 404, and `credits` is `null` everywhere else.
   * @default { initialGrant: 0 }
   */
  readonly credits?: CreditOptions | false;
  /**
   * Whether tables are created and upgraded at the first use.
   * @default true
   */
  readonly autoMigrate?: boolean;
  /** The host's own functions: asked before a submit is charged, told of what ended. */
  readonly hooks?: Hooks;
  /**
   * Tells the host's own endpoint of ends and refunds, signed as by Standard Webhooks: for a back end that does not run the
   * worker. The body is `{ type: "generation.completed", timestamp, data }` with the fields of `EndEvent` in `data`.
   * @default none is sent
   */
  readonly webhook?: OutgoingWebhook;
  /** @default warnings and errors to the console */
  readonly logger?: Logger;
  /** Wakes workers. @default within this process */
  readonly dispatcher?: Dispatcher;
  /** Hints to watchers. @default within this process */
  readonly eventBus?: EventBus;
  /** For tests. @default the system's time */
  readonly clock?: Clock;
}
