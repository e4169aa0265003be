import type { HttpHandler } from "msw";
import type { FailureCode } from "../contract/failure.js";
import type { Gallery, Generation } from "../contract/generation.js";
import type { Json, JsonObject } from "../contract/json.js";
import type { ProblemCode } from "../contract/problem.js";
import type { ActiveResponse } from "../contract/wire.js";
import type { ReceivedRequest } from "./request/mock-request.js";
import type { RefusalOptions } from "./request/refusal.js";
import type { MockProgress } from "./routes/advance-generation.js";
import type { Interception, Leg } from "./state/planned-responses.js";

/** Options of `signIn` and `signOut`. */
export interface SignInOptions {
  /**
   * Effect on held requests. `"released"`: they respond at once, for the new owner. `"kept"`: as on a real server they
   * stay held, and the page detects the new owner with its next request.
   * @default "released"
   */
  readonly held?: "released" | "kept";
  /**
   * The team of the owner. Its members share generations that are submitted with `visibility: "team"`. Each member may cancel
   * and delete only their own generations. Not for `signOut`.
   * @default none
   */
  readonly team?: string | undefined;
}

/** Details of a generation that a test queues. */
export interface QueueOptions {
  readonly scope?: string | null;
  readonly metadata?: JsonObject | null;
  /** `"team"` needs a team. @default "own" */
  readonly visibility?: Gallery;
  /** Id of the generation that this one retries. */
  readonly retryOf?: string | null;
}

/** A mock Safelight server. Its methods take effect at once, and respond to requests that are held for the change. */
export interface MockServer<Name extends string> {
  /** For `setupServer` and `setupWorker` of Mock Service Worker. */
  readonly handlers: readonly HttpHandler[];
  /** Requests received so far, in order. */
  readonly requests: readonly ReceivedRequest[];
  /**
   * Received requests that match a pattern, in order.
   *
   * @param request a method, optionally a path with `:id` or an id, and query parameters with or without a value:
   *   `"POST"`, `"POST /:id/cancel"`, `"GET /active?after"`, `"GET /?status=failed"`.
   */
  requestsTo(request: string): readonly ReceivedRequest[];
  /** Number of held requests. */
  readonly held: number;
  /** Balance of the owner who is signed in. */
  readonly balance: number;
  /**
   * Responds to a request without Mock Service Worker. Pass it to `createSafelightClient` as `fetch`, or call it in your
   * own handler to change or drop the response.
   *
   * @throws {TypeError} while the server is offline
   */
  fetch(request: Request): Promise<Response>;

  /**
   * Submits as another tab or device of the owner would: the credits are debited, and the generation is pending. Skips
   * the limits and the model's schema.
   */
  queue(model: Name, input: Json, options?: QueueOptions): Generation;
  /** Reports progress of the provider, from 0 to 1; the generation starts if it was pending. Never decreases. */
  progress(id: string, value: number, options?: MockProgress): Generation;
  /** Completes it with images of one pixel. @param options.outputs number of outputs, from 1; by default as many as requested. */
  complete(id: string, options?: { readonly outputs?: number }): Generation;
  /** Fails it, and refunds its credits. @param code default: `provider_failed`. */
  fail(id: string, code?: FailureCode): Generation;
  /**
   * Cancels it, and refunds its credits. While a provider works on it, a cancel of the page is only a request, as on a
   * real server; this method confirms it. A finished generation is unchanged.
   */
  cancel(id: string): Generation;
  /** Marks it as seen, as another tab or device would. */
  markSeen(id: string): Generation;
  /** Deletes it, as another tab or device would. */
  delete(id: string): void;
  /** The generation as its owner sees it now. */
  get(id: string): Generation;
  /** The response of `GET /active`, for server-rendered pages. */
  active(): ActiveResponse;
  /** Adds credits to the account of the owner who is signed in. */
  grantCredits(amount: number): void;

  /**
   * Refuses the next matching request with a problem. The request has no effect.
   *
   * @param request as for `requestsTo`.
   */
  refuseNext(request: string, code: ProblemCode, options?: RefusalOptions): void;
  /**
   * Drops the next matching request before it has an effect, or drops its response.
   *
   * @param request as for `requestsTo`.
   * @param leg default: `"request"`.
   */
  loseNext(request: string, leg?: Leg): void;
  /**
   * Stalls the next matching request before it has an effect, or stalls its response.
   *
   * @param request as for `requestsTo`.
   * @param leg default: `"request"`.
   * @returns a function that releases it. A request that its page has aborted has no effect.
   */
  stallNext(request: string, leg?: Leg): () => void;
  /**
   * Passes the next matching request to a function. It may call `serve` for the regular response, or return another one.
   * If several plans match (including `refuseNext`, `loseNext` and `stallNext`), the first applies, and the others stay for
   * later requests.
   *
   * @param request as for `requestsTo`.
   */
  interceptNext(request: string, respond: Interception): void;
  /** Breaks all event streams, as a lost connection does. */
  breakStreams(): void;
  /** Signs in an owner, whose data is kept between sign-ins. */
  signIn(owner: string, options?: SignInOptions): void;
  /** Signs out: requests are refused with `unauthenticated`. */
  signOut(options?: SignInOptions): void;
  /** Makes the server unreachable: requests fail as without a network, including held and stalled ones. */
  offline(): void;
  /** Makes the server reachable again. */
  online(): void;
  /** Responds to all held requests, as if their wait were over. */
  releaseHeld(): void;
  /**
   * Restores a backup that is older than the data of the pages: sequences start again at 0, on another timeline, and
   * versions of generations at 1.
   *
   * @param options.without ids of generations that the backup lacks.
   * @param options.keepTimeline keeps the timeline, as when a host does not run `safelight restored` after a restore. Pages
   *   then detect the backup only while its sequence is behind theirs. Default: `false`.
   */
  restoreBackup(options?: { readonly without?: readonly string[]; readonly keepTimeline?: boolean }): void;
  /**
   * Restores the initial state, for `afterEach`. Held GET requests respond from the new state, and streams resync. Other
   * held or stalled requests fail.
   */
  reset(): void;
}
