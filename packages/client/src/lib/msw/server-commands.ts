import type { HttpHandler } from "msw";
import type { FailureCode } from "../contract/failure.js";
import type { Generation } from "../contract/generation.js";
import type { Json, JsonObject } from "../contract/json.js";
import type { ProblemCode } from "../contract/problem.js";
import type { ActiveResponse } from "../contract/wire.js";
import type { SeenRequest } from "./request/mock-request.js";
import type { RefusalOptions } from "./request/refusal.js";
import type { MockProgress } from "./routes/advance-generation.js";
import type { Interception, Leg } from "./state/planned-answers.js";

/** What becomes of requests that wait when another owner signs in. */
export interface SignInOptions {
  /**
   * `"answered"`: at once, for whoever is signed in now. `"kept"`: as on a real server, they wait on, and the page learns of
   * it with its next request.
   * @default "answered"
   */
  readonly held?: "answered" | "kept";
}

/** What is known about a generation that a test puts in. */
export interface QueueOptions {
  readonly scope?: string | null;
  readonly metadata?: JsonObject | null;
  /** Id of the generation that it retries. */
  readonly retryOf?: string | null;
}

/** A Safelight server in the hands of a test. Commands take effect at once, and answer the requests that wait for them. */
export interface SafelightServer<Name extends string> {
  /** For `setupServer` and `setupWorker` of Mock Service Worker. */
  readonly handlers: readonly HttpHandler[];
  /** Every request so far, in order. */
  readonly requests: readonly SeenRequest[];
  /**
   * Those of a kind, in order.
   *
   * @param request a method, a path with `:id` or an id in it, and parameters that the query has or that are so: `"POST"`,
   * `"POST /:id/cancel"`, `"GET /active?after"`, `"GET /?status=failed"`.
   */
  requestsTo(request: string): readonly SeenRequest[];
  /** How many requests wait for a change right now. */
  readonly held: number;
  /** What the account of whoever is signed in holds. */
  readonly balance: number;
  /**
   * Answers a request without Mock Service Worker: what `createSafelightClient` takes as its `fetch`, and what a handler of
   * yours calls that changes an answer or loses it.
   *
   * @throws {TypeError} while the server is offline
   */
  fetch(request: Request): Promise<Response>;

  /**
   * Submits as another tab or device of the same owner would: it is paid for, and pending. Neither the limits nor the
   * schema of the model is asked.
   */
  queue(model: Name, input: Json, options?: QueueOptions): Generation;
  /** The provider has begun, and is so far: from 0 to 1. Never goes back. */
  progress(id: string, value: number, options?: MockProgress): Generation;
  /** It ends with pictures of one pixel. @param options.outputs how many; all that were asked for unless given. */
  complete(id: string, options?: { readonly outputs?: number }): Generation;
  /** It ends without a result, and its credits go back. @param code `provider_failed` unless given. */
  fail(id: string, code?: FailureCode): Generation;
  /**
   * It is canceled, and its credits go back. A cancel by the page only asks once a provider works on it, as on a real
   * server: this is the provider's yes. What has ended stays as it is.
   */
  cancel(id: string): Generation;
  /** Another tab or device has shown how it ended. */
  markSeen(id: string): Generation;
  /** Another tab or device has deleted it. */
  delete(id: string): void;
  /** As its owner sees it now. */
  get(id: string): Generation;
  /** What `GET /active` answers: for pages that are rendered on a server. */
  active(): ActiveResponse;
  /** Adds to the account of whoever is signed in. */
  grantCredits(amount: number): void;

  /**
   * Answers the next request of a kind with a problem; it has no effect.
   *
   * @param request as for `requestsTo`.
   */
  refuseNext(request: string, code: ProblemCode, options?: RefusalOptions): void;
  /**
   * The next request of a kind is lost on its way there, and has no effect, or its answer is lost on the way back.
   *
   * @param request as for `requestsTo`.
   * @param leg `"request"` unless given.
   */
  loseNext(request: string, leg?: Leg): void;
  /**
   * The next request of a kind gets stuck on its way there, or its answer on the way back, until it is let go on.
   *
   * @param request as for `requestsTo`.
   * @param leg `"request"` unless given.
   * @returns what lets it go on. A request that its page has left by then has no effect.
   */
  stallNext(request: string, leg?: Leg): () => void;
  /**
   * Gives the next request of a kind to a function, which answers it by `serve`, whatever it does before and after that, or
   * in another way. Of several for one request, also those of `loseNext` and `stallNext`, the first takes it.
   *
   * @param request as for `requestsTo`.
   */
  interceptNext(request: string, answer: Interception): void;
  /** Streams of events break off, as those of a connection that is lost. */
  breakStreams(): void;
  /** Somebody signs in, with what is theirs: what another owner had stays where it is. */
  signIn(owner: string, options?: SignInOptions): void;
  /** Nobody is signed in: every request of an owner is `unauthenticated`. */
  signOut(options?: SignInOptions): void;
  /** Cannot be reached: requests fail as without a network, those that wait or are stuck, too. */
  offline(): void;
  /** Can be reached again. */
  online(): void;
  /** Answers what waits now, as if its time were over. */
  letGo(): void;
  /**
   * Goes on from a backup that is older than what the pages know.
   *
   * @param options.without ids of generations that are not in it.
   */
  restoreBackup(options?: { readonly without?: readonly string[] }): void;
  /** Begins anew, as it was made: for `afterEach`. What waits is lost. */
  reset(): void;
}
