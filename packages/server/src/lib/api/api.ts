import type {
  ActiveChangesResponse,
  ActiveResponse,
  CreditsResponse,
  HistoryQuery,
  HistoryResponse,
  Json,
  JsonObject,
  ModelsResponse,
  SubmitResponse,
  UploadedInput,
} from "@safelight/client/contract";
import type { WireGeneration } from "../service/wire/wire-generation.js";

/** Who asks: the headers of a request, for `identify`, or the owner by name. */
export type ApiCaller =
  | { readonly headers: Headers }
  | { readonly ownerId: string; readonly accountId?: string | undefined };

/**
 * The verbs of the router without HTTP, for server components, jobs and tests.
 *
 * @throws {ServiceError} unauthenticated for headers of nobody; unavailable while the database does not answer; and what
 * is said at each verb; not_found for those about credits where the host does not bill
 * @throws {TypeError} for an owner's or account's id that cannot be one
 */
export interface Api<Models extends Readonly<Record<string, { readonly input: unknown }>>> {
  /**
   * Takes the credits and queues a generation. The same `idempotencyKey` with the same arguments does it once.
   *
   * @throws {ServiceError} invalid_input, payload_too_large, unknown_model, price_changed, content_blocked, forbidden,
   * insufficient_credits, rate_limited, refund_budget_spent, too_many_active; with a key also idempotency_mismatch, and
   * not_found when its generation was deleted
   */
  submit<Name extends keyof Models & string>(
    caller: ApiCaller,
    model: Name,
    input: Models[Name]["input"],
    options?: {
      readonly scope?: string | undefined;
      readonly metadata?: JsonObject | undefined;
      readonly expectedCredits?: number | undefined;
      readonly idempotencyKey?: string | undefined;
    },
  ): Promise<SubmitResponse<WireGeneration>>;
  /**
   * Keeps a picture, for inputs of the caller to refer to by its id: PNG, JPEG, WebP, GIF or AVIF.
   *
   * @throws {ServiceError} payload_too_large, unsupported_media_type, invalid_input, rate_limited
   */
  uploadInput(caller: ApiCaller, bytes: Uint8Array): Promise<UploadedInput>;
  /** @throws {ServiceError} not_found */
  get(caller: ApiCaller, id: string): Promise<WireGeneration>;
  /** What is in progress, and what ended unseen. */
  active(caller: ApiCaller, query?: { readonly scope?: string | undefined }): Promise<ActiveResponse<WireGeneration>>;
  /**
   * What changed after a sequence; waits up to `waitMs` for something to change, then answers `null`.
   *
   * @throws {ServiceError} invalid_input
   */
  changes(
    caller: ApiCaller,
    query: {
      readonly after: number;
      readonly scope?: string | undefined;
      readonly waitMs?: number | undefined;
      readonly signal?: AbortSignal | undefined;
    },
  ): Promise<ActiveChangesResponse<WireGeneration> | null>;
  /** @throws {ServiceError} invalid_input */
  list(caller: ApiCaller, query?: HistoryQuery): Promise<HistoryResponse<WireGeneration>>;
  models(): Promise<ModelsResponse>;
  /** @throws {ServiceError} invalid_input */
  credits(
    caller: ApiCaller,
    query?: { readonly cursor?: string | undefined; readonly limit?: number | undefined },
  ): Promise<CreditsResponse>;
  /**
   * Asks to cancel. What has ended is answered unchanged.
   *
   * @throws {ServiceError} not_found
   */
  cancel(caller: ApiCaller, id: string): Promise<WireGeneration>;
  /**
   * Submits a new generation from an old input, at today's price; `input` replaces fields of it.
   *
   * @throws {ServiceError} not_found, invalid_input, payload_too_large, unknown_model, content_blocked, forbidden,
   * insufficient_credits, rate_limited, refund_budget_spent, too_many_active; with a key also idempotency_mismatch
   */
  retry(
    caller: ApiCaller,
    id: string,
    options?: { readonly input?: Json | undefined; readonly idempotencyKey?: string | undefined },
  ): Promise<SubmitResponse<WireGeneration>>;
  /**
   * Deletes what has ended, and its bytes. Doing it again changes nothing.
   *
   * @throws {ServiceError} not_found, not_terminal
   */
  delete(caller: ApiCaller, id: string): Promise<void>;
  /**
   * Marks what has ended as seen; other ids are passed over.
   *
   * @throws {ServiceError} invalid_input for more than 100 ids
   */
  markSeen(caller: ApiCaller, ids: readonly string[]): Promise<void>;
  /**
   * Adds credits once per key.
   *
   * @returns the balance after.
   * @throws {ServiceError} invalid_input, idempotency_mismatch
   */
  grantCredits(grant: {
    readonly accountId: string;
    /** Safe integer > 0. */
    readonly amount: number;
    /** Unique per account, such as the payment's id: another account may use the same. */
    readonly key: string;
    readonly reason?: string | undefined;
  }): Promise<{ readonly balance: number }>;
  /**
   * Takes credits once per key for something that the host sells itself, as a negative `adjustment`.
   *
   * @returns the balance after.
   * @throws {ServiceError} insufficient_credits when there are fewer; invalid_input; idempotency_mismatch
   */
  spendCredits(spending: {
    readonly accountId: string;
    /** Safe integer > 0. */
    readonly amount: number;
    /** Unique per account, such as the order's id; shared with grants and adjustments. */
    readonly key: string;
    readonly reason?: string | undefined;
  }): Promise<{ readonly balance: number }>;
  /**
   * Corrects a balance once per key, up or down; grants and adjustments share the keys of an account.
   *
   * @returns the balance after.
   * @throws {ServiceError} invalid_input, idempotency_mismatch; insufficient_credits when the balance would fall below 0
   */
  adjustCredits(adjustment: {
    readonly accountId: string;
    /** Safe integer other than 0; below 0 takes. */
    readonly amount: number;
    /** Unique per account, such as the ticket's id. */
    readonly key: string;
    readonly reason?: string | undefined;
  }): Promise<{ readonly balance: number }>;
  /**
   * Gives everything of one owner to another in one commit, such as a guest's to the account that they sign in to:
   * generations of every status, each as a change that `to` is told of, and the idempotency keys. `from`'s watchers begin
   * anew. `credits: "move"` moves the balance of the account that carries `from`'s id to the one that carries `to`'s, and
   * what is given back of generations in progress goes there too: all but what is left of `from`'s initial grant, from
   * which everything is paid first. `"leave"` leaves accounts alone. Calling again moves
   * what `from` has by then.
   *
   * @throws {ServiceError} invalid_input, also for `"move"` when others have paid from `from`'s account
   */
  transferOwner(transfer: {
    readonly from: string;
    readonly to: string;
    readonly credits: "move" | "leave";
  }): Promise<void>;
  /**
   * Forgets an owner: cancels what is active, deletes content and bytes, and puts a pseudonym in the place of the id, also
   * of the account that carries it; its credits are lost, and the books still add up. An account that others have paid
   * from stays, with its id and its balance. What cannot be canceled at once is
   * ended by the worker and forgotten with its end. Calling again finishes what a crash left. The id may come back, as a
   * new owner.
   *
   * @throws {ServiceError} invalid_input
   */
  deleteOwner(owner: { readonly ownerId: string }): Promise<void>;
}
