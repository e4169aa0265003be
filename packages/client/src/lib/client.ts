import type {
  ActiveOptions,
  CallOptions,
  CreditsOptions,
  EventsOptions,
  GalleryOptions,
  GetOptions,
  ListOptions,
  RetryOptions,
  SubmitOptions,
  UploadOptions,
  WaitOptions,
} from "./call-options.js";
import type { GenerationOf, ListedBy, ModelInput, ModelName, NothingElse, SafelightApp } from "./contract/app.js";
import type { CreditsResponse } from "./contract/credits.js";
import type { Generation, TerminalGeneration } from "./contract/generation.js";
import type { FileFacts } from "./contract/recognition.js";
import type {
  ActiveResponse,
  GroupResponse,
  HistoryResponse,
  ModelsResponse,
  NoticesResponse,
  QueuePlace,
  QuoteResponse,
  SubmitManyResponse,
  SubmitResponse,
  UploadedInput,
} from "./contract/wire.js";

/**
 * How changes reach the page.
 *
 * - `connecting`: there was no response yet.
 * - `live`: as they happen.
 * - `polling`: the server does not hold requests, so the client polls every few seconds.
 * - `paused`: no page of this browser is visible, so the client polls rarely. Missed changes follow when a page becomes
 *   visible. A hidden page receives the changes of a visible one.
 * - `offline`: the device or the server is unreachable; the client retries until it succeeds.
 */
export type ConnectionState = "connecting" | "live" | "polling" | "paused" | "offline";

/** An event of `events`. Merge generations by `version`: the response to another call may be newer. */
export type SafelightEvent<G extends Generation = Generation> =
  /**
   * All active generations as of `active.sequence`. It replaces everything that was emitted before: the first event unless
   * `after` was given, and later whenever the changes cannot be continued. If its `ownerTag` is that of the previous
   * position, refetch cached data. Otherwise another owner has signed in: clear the caches.
   */
  | { readonly type: "snapshot"; readonly active: ActiveResponse<G> }
  /** The newest version of a generation. All generations of the owner are emitted, in every scope. */
  | { readonly type: "generation"; readonly generation: G }
  /**
   * The place in the queue of a generation that waits on the server. It changes without a new version. Merge it if the
   * versions are equal:
   * `{ ...generation, expectedAt, progress: { ...generation.progress, ...place.progress } }`. May be emitted again unchanged.
   */
  | { readonly type: "place"; readonly place: QueuePlace }
  /** The owner deleted a generation. */
  | { readonly type: "deleted"; readonly id: string; readonly sequence: number }
  /**
   * Balance of the owner's account. While the server streams changes, it is emitted at the start and after each change.
   * `null` when the stream stops emitting it, and before the snapshot of another owner: fetch it instead.
   */
  | { readonly type: "credits"; readonly balance: number | null }
  /** The connection changed its state or became current. Once `isCurrent`, every earlier change has been emitted. */
  | { readonly type: "connection"; readonly state: ConnectionState; readonly isCurrent: boolean };

/**
 * A client of any app, for code that does not depend on the models, such as the hooks.
 *
 * Each call rejects with a `SafelightError`, with the reason of its signal, or with a `TypeError` if `baseUrl` is missing
 * where it is required. Requests that are safe to repeat are retried up to twice when the server is unreachable or busy.
 */
export interface AnySafelightClient {
  /**
   * Identifies the server in caches: the `cacheKey` option, else `baseUrl` and `basePath` without trailing slashes. It
   * depends on the options alone, so it is the same on a server and in a browser.
   */
  readonly cacheKey: string;
  /** Creates an idempotency key, for callers that must store it before they send it. */
  readonly createId: () => string;
  /**
   * Debits the credits and queues a generation. Resolves once the server has accepted it.
   * @throws {SafelightError} insufficient_credits, invalid_input, price_changed, too_many_active, …
   */
  submit(model: string, input: unknown, options?: SubmitOptions): Promise<SubmitResponse>;
  /**
   * Debits the credits and queues a generation for each input, of which there are 1 to 100: all of them or none. They share
   * the options, and have one `groupId`. `expectedCredits` is the price of all. Follow them with `list({ groupId })` and
   * `events`.
   * @throws {SafelightError} as `submit`; the paths of `invalid_input` begin with `inputs` and the index
   */
  submitMany(model: string, inputs: readonly unknown[], options?: SubmitOptions): Promise<SubmitManyResponse>;
  /**
   * Requests cancellation of all generations of a group. Each has its own `cancellation`, as after `cancel`. Idempotent.
   * @throws {SafelightError} not_found
   */
  cancelGroup(groupId: string, options?: CallOptions): Promise<GroupResponse>;
  /**
   * Fetches the price of a submit, the balance, and the state of the limits. Charges nothing and reserves nothing: pass
   * `credits` of the quote to `submit` as `expectedCredits`.
   * @throws {SafelightError} invalid_input, unknown_model, payload_too_large
   */
  quote(model: string, input: unknown, options?: CallOptions): Promise<QuoteResponse>;
  /**
   * Uploads a file that inputs can reference by the returned `id`: an image of at most 25 MiB and 64 million pixels, a video of at
   * most 200 MiB, or an audio file of at most 50 MiB, by default. The server deletes unreferenced files.
   * @throws {SafelightError} payload_too_large, unsupported_media_type, invalid_input, rate_limited
   */
  uploadInput(file: Blob, options?: UploadOptions): Promise<UploadedInput>;
  /**
   * Checks whether a file is an output of this server, and reads its mark. Works without a signed-in owner, if the server
   * has the option `recognition`.
   * @throws {SafelightError} not_found without that option; rate_limited, payload_too_large
   */
  recognize(file: Blob, options?: CallOptions): Promise<FileFacts>;
  /** Fetches one generation. @throws {SafelightError} not_found */
  get(id: string, options?: GetOptions): Promise<Generation>;
  /** Fetches active generations, and finished ones that the owner has not seen. */
  active(options?: ActiveOptions): Promise<ActiveResponse>;
  /** Fetches one page of the history, newest first. */
  list(options?: ListOptions): Promise<HistoryResponse>;
  /** Fetches the models that the host offers. */
  models(options?: CallOptions): Promise<ModelsResponse>;
  /** Fetches the balance and its newest ledger entries. @throws {SafelightError} not_found if the host does not bill */
  credits(options?: CreditsOptions): Promise<CreditsResponse>;
  /**
   * Requests cancellation. The returned generation may still be active (`cancelRequestedAt` is set). A finished
   * generation is returned unchanged. `cancellation` is the decision, and the refund that follows. Idempotent.
   * @throws {SafelightError} not_found
   */
  cancel(id: string, options?: GalleryOptions): Promise<Generation>;
  /** Submits a new generation with the input of an earlier one, at the current price. @throws {SafelightError} not_found */
  retry(id: string, options?: RetryOptions): Promise<SubmitResponse>;
  /**
   * Deletes a finished generation and its files, also if the page is closed before the response.
   *
   * @throws {SafelightError} not_found, not_terminal
   */
  delete(id: string, options?: GalleryOptions): Promise<void>;
  /** Marks finished generations as seen. Idempotent; any number of ids. */
  markSeen(ids: readonly string[], options?: CallOptions): Promise<void>;
  /**
   * Leases finished generations that the owner was not notified of to this claim: at most 20 of the last 7 days, for 30
   * seconds. Other claims receive unconfirmed ones only after the lease expires. A repeated claim receives the same
   * generations, so create a new claim with `createId` for each check.
   * @param claim 1 to 128 characters of A–Z, a–z, 0–9, `_` and `-`. Other characters become `-`, and of a longer claim the
   *   last 128 characters are used.
   * @throws {SafelightError} invalid_input for an empty claim
   */
  claimNotices(claim: string, options?: CallOptions): Promise<NoticesResponse>;
  /**
   * Confirms that the owner was notified of these generations, so that no claim receives them again. Ignores ids that
   * the claim does not hold. Idempotent; any number of ids.
   * @param claim as passed to `claimNotices`.
   * @throws {SafelightError} invalid_input for an empty claim
   */
  confirmNotices(claim: string, ids: readonly string[], options?: CallOptions): Promise<void>;
  /**
   * Iterates over the versions of one generation: first the current one, then each newer one; the last is terminal.
   * Continues through failed requests. After a resync, such as of a restored backup, emits the current version again.
   * @throws {SafelightError} not_found, unauthenticated, forbidden
   */
  watch(id: string, options?: GalleryOptions): AsyncIterable<Generation>;
  /**
   * Resolves when a generation has finished, also when it failed. Abort and timeout stop waiting; they never cancel.
   * @throws {SafelightError} timeout, not_found, unauthenticated, forbidden
   */
  wait(id: string, options?: WaitOptions): Promise<TerminalGeneration>;
  /**
   * Iterates over all changes of the owner, without gaps, until the signal aborts or the iteration is left. Continues
   * through failed requests. Rejects with `unauthenticated` when the owner is signed out.
   * @throws {SafelightError} unauthenticated, forbidden
   */
  events(options?: EventsOptions): AsyncIterable<SafelightEvent>;
}

/** The client of one server, typed by the models of its app. */
export interface SafelightClient<App extends SafelightApp> extends AnySafelightClient {
  /**
   * Debits the credits and queues a generation. Resolves once the server has accepted it.
   * @throws {SafelightError} insufficient_credits, invalid_input, price_changed, too_many_active, …
   */
  submit<Model extends ModelName<App>>(
    model: Model,
    input: ModelInput<App, Model>,
    options?: SubmitOptions,
  ): Promise<SubmitResponse<GenerationOf<App, Model>>>;
  /** As in {@link AnySafelightClient}. */
  submitMany<Model extends ModelName<App>>(
    model: Model,
    inputs: readonly ModelInput<App, Model>[],
    options?: SubmitOptions,
  ): Promise<SubmitManyResponse<GenerationOf<App, Model>>>;
  cancelGroup(groupId: string, options?: CallOptions): Promise<GroupResponse<GenerationOf<App>>>;
  /** As in {@link AnySafelightClient}. */
  quote<Model extends ModelName<App>>(
    model: Model,
    input: ModelInput<App, Model>,
    options?: CallOptions,
  ): Promise<QuoteResponse>;
  get(id: string, options?: GetOptions): Promise<GenerationOf<App>>;
  active(options?: ActiveOptions): Promise<ActiveResponse<GenerationOf<App>>>;
  list<const Options extends ListOptions = ListOptions>(
    options?: Options & NothingElse<Options, ListOptions>,
  ): Promise<HistoryResponse<ListedBy<App, Options>>>;
  cancel(id: string, options?: GalleryOptions): Promise<GenerationOf<App>>;
  retry(id: string, options?: RetryOptions): Promise<SubmitResponse<GenerationOf<App>>>;
  claimNotices(claim: string, options?: CallOptions): Promise<NoticesResponse<GenerationOf<App>>>;
  watch(id: string, options?: GalleryOptions): AsyncIterable<GenerationOf<App>>;
  wait(id: string, options?: WaitOptions): Promise<Extract<GenerationOf<App>, TerminalGeneration>>;
  events(options?: EventsOptions): AsyncIterable<SafelightEvent<GenerationOf<App>>>;
}
