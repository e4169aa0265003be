import type { GenerationOf, ListedBy, ModelInput, ModelName, NothingElse, SafelightApp } from "./contract/app.js";
import type { Generation, GenerationStatus, TerminalGeneration } from "./contract/generation.js";
import type { JsonObject } from "./contract/json.js";
import type {
  ActiveResponse,
  CreditsResponse,
  HistoryResponse,
  ModelsResponse,
  NoticesResponse,
  SubmitResponse,
  UploadedInput,
} from "./contract/wire.js";

/** How a client reaches its server. */
export interface ClientOptions {
  /**
   * Where the server mounts the router.
   * @default "/api/generations"
   */
  readonly basePath?: string | undefined;
  /**
   * Origin of the server, such as `"https://api.example.com"`, put before `basePath` and before relative output and
   * preview URLs. Needed wherever a relative URL means nothing: Node, React Native, another origin.
   * @default "" (the page's own origin)
   */
  readonly baseUrl?: string | undefined;
  /**
   * Names the server in caches and in `sessionStorage`; see {@link AnySafelightClient.cacheKey}. Needed only where the
   * same server has one `baseUrl` in the browser and another one, or none, where its pages are rendered.
   * @default `baseUrl` and `basePath`
   */
  readonly cacheKey?: string | undefined;
  /**
   * Headers of every request, such as a bearer token. A function is asked before each request, repeats included; when
   * it fails, that counts as a request that did not reach the server.
   */
  readonly headers?: HeadersInit | (() => HeadersInit | Promise<HeadersInit>) | undefined;
  /** Sends a request. @default globalThis.fetch, looked up at each request */
  readonly fetch?: ((request: Request) => Promise<Response>) | undefined;
  /** As in `fetch`; `"include"` sends cookies to another origin. @default left to `fetch` */
  readonly credentials?: RequestCredentials | undefined;
  /**
   * Makes an idempotency key: 1 to 255 characters, never the same twice.
   * @default 128 random bits of `crypto.getRandomValues`, or of `Math.random` where there is no `crypto`
   */
  readonly createId?: (() => string) | undefined;
}

/** What every call takes. */
export interface CallOptions {
  /**
   * Stops listening: the call rejects with the signal's reason, and an iteration ends quietly. It never cancels a
   * generation, and does not undo what already reached the server.
   */
  readonly signal?: AbortSignal | undefined;
}

/** Options of `submit`. */
export interface SubmitOptions extends CallOptions {
  /** The place it is submitted from, at most 128 characters. */
  readonly scope?: string | undefined;
  /** Anything the host wants back with the generation, at most 4 KiB as JSON. */
  readonly metadata?: JsonObject | undefined;
  /** The price the user was shown; another price refuses with `price_changed` instead of charging. */
  readonly expectedCredits?: number | undefined;
  /**
   * One key per user action: the same key with the same arguments does it once, however often it is sent.
   * @default a fresh one per call, reused by the repeats inside that call
   */
  readonly idempotencyKey?: string | undefined;
  /**
   * Whose action it is, by the `ownerTag` of any answer: refused with `unauthenticated` where somebody else is signed in when
   * it arrives, who would pay for it.
   * @default undefined: of whoever is signed in
   */
  readonly ownerTag?: string | undefined;
}

/** Options of `retry`. */
export interface RetryOptions extends CallOptions {
  /** Fields that replace those of the old input. */
  readonly input?: JsonObject | undefined;
  /** As in {@link SubmitOptions}. */
  readonly idempotencyKey?: string | undefined;
  /** As in {@link SubmitOptions}. */
  readonly ownerTag?: string | undefined;
}

/** Options of `active`. */
export interface ActiveOptions extends CallOptions {
  /** Only what was submitted under this scope. */
  readonly scope?: string | undefined;
}

/** Options of `list`. */
export interface ListOptions extends CallOptions {
  /** From 1 to 100. @default 20 */
  readonly limit?: number | undefined;
  /** `nextCursor` of the page before; `null` and `undefined` ask for the first page. */
  readonly cursor?: string | null | undefined;
  readonly status?: GenerationStatus | undefined;
  readonly model?: string | undefined;
  readonly scope?: string | undefined;
}

/** Options of `credits`. */
export interface CreditsOptions extends CallOptions {
  /** `nextCursor` of the page before; `null` and `undefined` ask for the first page. */
  readonly cursor?: string | null | undefined;
}

/** Options of `wait`. */
export interface WaitOptions extends CallOptions {
  /** Longest wait in milliseconds, then the call rejects with code `timeout`. @default no limit */
  readonly timeoutMs?: number | undefined;
}

/** Options of `events`. */
export interface EventsOptions extends CallOptions {
  /**
   * An answer of `active` that is held already, such as one that came with the page: the events go on from its
   * `sequence` without asking for it again, and without a `hello` for as long as its owner is signed in.
   * @default undefined: asks `active` first, and a `hello` carries the answer
   */
  readonly after?: Pick<ActiveResponse, "sequence" | "ownerTag"> | undefined;
}

/**
 * How changes reach the page.
 *
 * - `live`: as they happen.
 * - `polling`: the server does not hold requests, it is asked every few seconds.
 * - `paused`: no page of the browser is looked at, and the server is asked rarely; what was missed follows when one is
 *   shown again. A hidden page beside one that is looked at hears what that one does.
 * - `offline`: the device or the server cannot be reached; it is tried again until it can.
 */
export type ConnectionState = "live" | "polling" | "paused" | "offline";

/** What `events` brings. Merge generations by `version`: an answer to another call may have been newer. */
export type SafelightEvent<G extends Generation = Generation> =
  /**
   * The first answer, unless `after` was given; again after a `resync`, and when another owner is signed in now
   * (another `ownerTag`: forget what is cached). `active` is the whole of what is in progress as of `sequence`.
   */
  | {
      readonly type: "hello";
      readonly ownerTag: string;
      readonly sequence: number;
      readonly serverTime: string;
      readonly active: ActiveResponse<G>;
    }
  /** A generation in its newest form. Each generation of the owner comes, whatever its scope. */
  | { readonly type: "generation"; readonly generation: G }
  /** The owner deleted a generation. */
  | { readonly type: "deleted"; readonly id: string; readonly sequence: number }
  /** The gap could not be filled: read again what is cached. A `hello` follows. */
  | { readonly type: "resync" }
  /**
   * What the owner's account holds: where changes come as a stream, at its beginning and whenever that has changed. `null`
   * where they do not any more: then it has to be asked for.
   */
  | { readonly type: "credits"; readonly balance: number | null }
  /**
   * The connection changed its state, or became current: from the first answer on, everything that happened before it
   * was told.
   */
  | { readonly type: "connection"; readonly state: ConnectionState; readonly isCurrent: boolean };

/**
 * A client of any app: for code that does not depend on the models, such as the hooks. Every call rejects with a `SafelightError`, or with the reason of its signal.
 * Requests that are safe to repeat are repeated up to twice when the server cannot be reached or is busy.
 */
export interface AnySafelightClient {
  /**
   * Tells servers apart wherever something of them is kept: what `cacheKey` of the options says, else `baseUrl` and
   * `basePath` without slashes at their ends. Made of the options alone, and so the same on a server and in a browser.
   */
  readonly cacheKey: string;
  /** Makes an idempotency key, for callers that must write it down before they send it. */
  readonly createId: () => string;
  /**
   * Takes the credits and queues a generation; resolves when it is accepted.
   * @throws {SafelightError} insufficient_credits, invalid_input, price_changed, too_many_active, …
   */
  submit(model: string, input: unknown, options?: SubmitOptions): Promise<SubmitResponse>;
  /**
   * Uploads a picture, for inputs to refer to by the `id` of the answer: PNG, JPEG, WebP, GIF or AVIF, of 25 MiB and 64
   * million pixels unless the host says otherwise. What no input refers to goes by itself.
   * @throws {SafelightError} payload_too_large, unsupported_media_type, invalid_input, rate_limited
   */
  uploadInput(file: Blob, options?: CallOptions): Promise<UploadedInput>;
  /** One generation as it is now. @throws {SafelightError} not_found */
  get(id: string, options?: CallOptions): Promise<Generation>;
  /** What is in progress, and what ended unseen. */
  active(options?: ActiveOptions): Promise<ActiveResponse>;
  /** One page of the history, newest first. */
  list(options?: ListOptions): Promise<HistoryResponse>;
  /** What the host offers. */
  models(options?: CallOptions): Promise<ModelsResponse>;
  /** The balance and its newest movements. @throws {SafelightError} not_found where the host does not bill */
  credits(options?: CreditsOptions): Promise<CreditsResponse>;
  /**
   * Asks to cancel. The answer may still be in progress (`cancelRequestedAt` is set); one that has ended is answered
   * unchanged. Idempotent.
   * @throws {SafelightError} not_found
   */
  cancel(id: string, options?: CallOptions): Promise<Generation>;
  /** Submits a new generation from the input of an old one, at today's price. @throws {SafelightError} not_found */
  retry(id: string, options?: RetryOptions): Promise<SubmitResponse>;
  /** Deletes a generation that has ended, and its files. @throws {SafelightError} not_found, not_terminal */
  delete(id: string, options?: CallOptions): Promise<void>;
  /** Marks ended generations as seen. Idempotent; any number of ids. */
  markSeen(ids: readonly string[], options?: CallOptions): Promise<void>;
  /**
   * Takes what ended and nobody was told of: at most 20 of the last 7 days, for this claim alone to tell within 30
   * seconds. After that, another claim is given what this one did not confirm. The same claim is given the same again,
   * so make one with `createId` for each attempt.
   * @throws {SafelightError} invalid_input
   */
  claimNotices(claim: string, options?: CallOptions): Promise<NoticesResponse>;
  /**
   * Says that the owner was told of these: nobody is told again. Passes over what the claim was not given. Idempotent;
   * any number of ids.
   * @throws {SafelightError} invalid_input
   */
  confirmNotices(claim: string, ids: readonly string[], options?: CallOptions): Promise<void>;
  /**
   * One generation as it changes: first as it is now, each version newer than the one before, the last one terminal.
   * Goes on through failed requests.
   * @throws {SafelightError} not_found, unauthenticated, forbidden
   */
  watch(id: string, options?: CallOptions): AsyncIterable<Generation>;
  /**
   * Resolves when a generation has ended, also when it failed. Abort and time-out stop waiting; they never cancel.
   * @throws {SafelightError} timeout, not_found, unauthenticated, forbidden
   */
  wait(id: string, options?: WaitOptions): Promise<TerminalGeneration>;
  /**
   * Everything that changes for the owner, without gaps, until the signal is aborted or the iteration is left. Goes on
   * through failed requests; being signed out ends it with `unauthenticated`.
   * @throws {SafelightError} unauthenticated, forbidden
   */
  events(options?: EventsOptions): AsyncIterable<SafelightEvent>;
}

/** The client of one server, typed by the models of its app. */
export interface SafelightClient<App extends SafelightApp> extends AnySafelightClient {
  /**
   * Takes the credits and queues a generation; resolves when it is accepted.
   * @throws {SafelightError} insufficient_credits, invalid_input, price_changed, too_many_active, …
   */
  submit<Model extends ModelName<App>>(
    model: Model,
    input: ModelInput<App, Model>,
    options?: SubmitOptions,
  ): Promise<SubmitResponse<GenerationOf<App, Model>>>;
  get(id: string, options?: CallOptions): Promise<GenerationOf<App>>;
  active(options?: ActiveOptions): Promise<ActiveResponse<GenerationOf<App>>>;
  list<const Options extends ListOptions = ListOptions>(
    options?: Options & NothingElse<Options, ListOptions>,
  ): Promise<HistoryResponse<ListedBy<App, Options>>>;
  cancel(id: string, options?: CallOptions): Promise<GenerationOf<App>>;
  retry(id: string, options?: RetryOptions): Promise<SubmitResponse<GenerationOf<App>>>;
  claimNotices(claim: string, options?: CallOptions): Promise<NoticesResponse<GenerationOf<App>>>;
  watch(id: string, options?: CallOptions): AsyncIterable<GenerationOf<App>>;
  wait(id: string, options?: WaitOptions): Promise<Extract<GenerationOf<App>, TerminalGeneration>>;
  events(options?: EventsOptions): AsyncIterable<SafelightEvent<GenerationOf<App>>>;
}
