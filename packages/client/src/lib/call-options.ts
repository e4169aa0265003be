import type { Gallery, GenerationStatus } from "./contract/generation.js";
import type { GenerationPart } from "./contract/generation-history.js";
import type { JsonObject } from "./contract/json.js";

/** The headers that `fetch` takes on the host's platform. Without the DOM library, `HeadersInit` may be undeclared. */
type HeadersLike = NonNullable<ConstructorParameters<typeof Headers>[0]>;

/** Options of `createSafelightClient`. */
export interface ClientOptions {
  /**
   * Path where the server mounts the router.
   * @default "/api/generations"
   */
  readonly basePath?: string | undefined;
  /**
   * Origin of the server, such as `"https://api.example.com"`. It prefixes `basePath` and relative output and preview
   * URLs. Required where relative URLs cannot be resolved: Node, React Native, another origin.
   * @default "" (the page's own origin)
   */
  readonly baseUrl?: string | undefined;
  /**
   * Identifies the server in caches and in `sessionStorage`; see `cacheKey` of the client. Set it if the
   * browser and the server-side rendering use different `baseUrl`s for the same server.
   * @default `baseUrl` and `basePath`
   */
  readonly cacheKey?: string | undefined;
  /**
   * Headers of every request, such as a bearer token. A function is called before each attempt, including retries. If it
   * throws, the attempt fails with code `network`.
   */
  readonly headers?: HeadersLike | (() => HeadersLike | Promise<HeadersLike>) | undefined;
  /**
   * Sends a request. `init` has its method, headers, body and signal, for a `fetch` that takes no `Request`:
   * `(request, init) => fetch(request.url, init)`.
   * @default globalThis.fetch, looked up at each request
   */
  readonly fetch?: ((request: Request, init: RequestInit) => Promise<Response>) | undefined;
  /** As in `fetch`; `"include"` sends cookies to another origin. @default the default of `fetch` */
  readonly credentials?: "include" | "omit" | "same-origin" | undefined;
  /**
   * Creates an idempotency key: 1 to 255 characters, unique per call.
   * @default 128 random bits of `crypto.getRandomValues`, or of `Math.random` without `crypto`
   */
  readonly createId?: (() => string) | undefined;
}

/** Options of every call. */
export interface CallOptions {
  /**
   * Aborts the call: it rejects with the signal's reason, and an iteration ends without an error. Aborting never cancels
   * a generation, nor undoes a request that reached the server.
   */
  readonly signal?: AbortSignal | undefined;
}

/** Options of `uploadInput`. */
export interface UploadOptions extends CallOptions {
  /** Sends this request, unless the client has the option `fetch`. @default globalThis.fetch */
  readonly fetch?: ((url: string, init: RequestInit) => Promise<Response>) | undefined;
}

/** Options of `get`. */
export interface GetOptions extends GalleryOptions {
  /** Adds the attempts or the timeline of events to the generation. @default none */
  readonly include?: readonly GenerationPart[] | undefined;
}

/** Options of calls on a gallery. */
export interface GalleryOptions extends CallOptions {
  /** `"team"` selects the gallery of the caller's team; without a team, the call rejects with `forbidden`. @default "own" */
  readonly of?: Gallery | undefined;
}

/** Options of `submit`. */
export interface SubmitOptions extends CallOptions {
  /** Host-defined label for the part of the app that submitted it, such as a project id. At most 128 characters. */
  readonly scope?: string | undefined;
  /**
   * The gallery to show the generation in: a request that the host's `teams.visibility` may change. `"team"` needs a team.
   * @default the host's choice
   */
  readonly visibility?: Gallery | undefined;
  /** Data that the host wants returned with the generation, at most 4 KiB as JSON. */
  readonly metadata?: JsonObject | undefined;
  /** The price that the user saw, in credits. If it differs, the call rejects with `price_changed` and charges nothing. */
  readonly expectedCredits?: number | undefined;
  /**
   * The earliest start, at most 30 days ahead, with an offset if it is a string. A past time means now. The credits are
   * debited at the submit, and a cancel before the start refunds them.
   * @default the generation starts at once
   */
  readonly notBefore?: Date | string | undefined;
  /**
   * Fails the generation with `expired`, and refunds it in full, if no attempt has started within this time: whole
   * milliseconds from 1 to 30 days, counted from `notBefore`, or from the submit.
   * @default only the model's deadline applies
   */
  readonly expiresAfterMs?: number | undefined;
  /**
   * One key per user action. Submits with the same key and arguments take effect once, however often they are sent.
   * @default a new key per call, reused by the retries of that call
   */
  readonly idempotencyKey?: string | undefined;
  /**
   * Owner of the action, by the `ownerTag` of any response without `of: "team"`. If another owner is signed in when the
   * request arrives, it is refused with `unauthenticated` instead of charging that owner. A function is called for each
   * attempt of the call.
   * @default undefined: the owner who is signed in
   */
  readonly ownerTag?: string | (() => string | undefined) | undefined;
}

/** Options of `retry`. */
export interface RetryOptions extends CallOptions {
  /** Fields that replace those of the original input. */
  readonly input?: JsonObject | undefined;
  /** As in {@link SubmitOptions}: the price may differ from that of the original. */
  readonly expectedCredits?: number | undefined;
  /** As in {@link SubmitOptions}. */
  readonly idempotencyKey?: string | undefined;
  /** As in {@link SubmitOptions}. */
  readonly ownerTag?: SubmitOptions["ownerTag"];
}

/** Options of `active`. */
export interface ActiveOptions extends GalleryOptions {
  /** Only generations submitted under this scope. */
  readonly scope?: string | undefined;
}

/** Options of `list`. */
export interface ListOptions extends GalleryOptions {
  /** From 1 to 100. @default 20 */
  readonly limit?: number | undefined;
  /** `nextCursor` of the previous page; `null` and `undefined` request the first page. */
  readonly cursor?: string | null | undefined;
  /** An omitted filter matches every generation. */
  readonly status?: GenerationStatus | undefined;
  readonly model?: string | undefined;
  readonly scope?: string | undefined;
  /** Only the generations of one `submitMany`. */
  readonly groupId?: string | undefined;
}

/** Options of `credits`. */
export interface CreditsOptions extends CallOptions {
  /** `nextCursor` of the previous page; `null` and `undefined` request the first page. */
  readonly cursor?: string | null | undefined;
}

/** Options of `wait`. */
export interface WaitOptions extends GalleryOptions {
  /** Maximum wait in milliseconds; then the call rejects with code `timeout`. At most 2³¹ − 1, or `Infinity`. @default Infinity */
  readonly timeoutMs?: number | undefined;
}

/** Options of `events`. */
export interface EventsOptions extends GalleryOptions {
  /**
   * A position that the caller has reached, such as a response of `active` from server rendering. Events start after it:
   * `active` is not requested, and `snapshot` is emitted only if the position cannot be continued.
   * @default undefined: emits a `snapshot` first
   */
  readonly after?: Position | undefined;
}

/** How far a reader knows an owner's changes. A response of `active` is a position. */
export interface Position {
  readonly ownerTag: string;
  /** From 0; grows with each change of the owner. */
  readonly sequence: number;
  /** `undefined` if unknown, as after a response without it: it is not compared. */
  readonly timeline?: string | undefined;
}
