import type {
  ActiveChangesResponse,
  ActiveResponse,
  CreditsResponse,
  Gallery,
  GenerationPart,
  GroupResponse,
  HistoryQuery,
  HistoryResponse,
  Json,
  JsonObject,
  ModelsResponse,
  QuoteResponse,
  SubmitManyResponse,
  SubmitResponse,
  UploadedInput,
} from "@safelight/client/contract";
import type { Recognition } from "../service/media/recognize.js";
import type { WireGeneration } from "../service/wire/wire-generation.js";

/** The caller: the headers of a request, for `identify`, or the owner's id. */
export type ApiCaller =
  | { readonly headers: Headers }
  | { readonly ownerId: string; readonly accountId?: string | undefined; readonly teamId?: string | undefined };

/**
 * The operations of the router without HTTP, for server components, jobs and tests.
 *
 * `of: "team"` reads the gallery of the caller's team.
 *
 * @throws {ServiceError} unauthenticated for headers without a caller; forbidden for `of: "team"` without a team; unavailable while the database does not respond;
 * not_found for credits if the host does not bill; and the codes of each method
 * @throws {TypeError} for an invalid owner or account id
 * @throws {Error} with the code `identify_failed` if the host's `identify` throws
 */
export interface Api<Models extends Readonly<Record<string, { readonly input: unknown }>>> {
  /**
   * Debits the credits and queues a generation. Calls with the same `idempotencyKey` and arguments, with the keys of each
   * object in the same order, submit once.
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
      /** The gallery in which it appears; `teams.visibility` decides. */
      readonly visibility?: Gallery | undefined;
      readonly metadata?: JsonObject | undefined;
      readonly expectedCredits?: number | undefined;
      /** The earliest start, at most 30 days ahead, with an offset if it is a string. @default at once */
      readonly notBefore?: Date | string | undefined;
      /**
       * Milliseconds, at most those of 30 days, counted from `notBefore`, or from the submit. If no attempt has started by
       * then, it fails with `expired`, and is refunded. @default only the model's deadline applies
       */
      readonly expiresAfterMs?: number | undefined;
      readonly idempotencyKey?: string | undefined;
    },
  ): Promise<SubmitResponse<WireGeneration>>;
  /**
   * Debits the credits and queues a generation for each of 1 to 100 inputs, all or none. They share the options and one
   * `groupId`, for `list` and `cancelGroup`. `expectedCredits` is the price of all.
   *
   * @throws {ServiceError} invalid_input, payload_too_large, unknown_model, price_changed, content_blocked, forbidden,
   * insufficient_credits, rate_limited, refund_budget_spent, too_many_active; with a key also idempotency_mismatch, and
   * not_found when all of its generations were deleted
   */
  submitMany<Name extends keyof Models & string>(
    caller: ApiCaller,
    model: Name,
    inputs: readonly Models[Name]["input"][],
    options?: {
      readonly scope?: string | undefined;
      /** The gallery in which it appears; `teams.visibility` decides. */
      readonly visibility?: Gallery | undefined;
      readonly metadata?: JsonObject | undefined;
      readonly expectedCredits?: number | undefined;
      /** As of `submit`, for each of them. */
      readonly notBefore?: Date | string | undefined;
      /** As of `submit`, for each of them. */
      readonly expiresAfterMs?: number | undefined;
      readonly idempotencyKey?: string | undefined;
    },
  ): Promise<SubmitManyResponse<WireGeneration>>;
  /**
   * Requests a cancel of all generations of a group. Each has its own `cancellation`.
   *
   * @throws {ServiceError} not_found
   */
  cancelGroup(caller: ApiCaller, groupId: string): Promise<GroupResponse<WireGeneration>>;
  /**
   * Returns the price of a submit, the balance, and the state of the caller's limits. Charges and writes nothing. The price
   * is not reserved: pass it to `submit` as `expectedCredits`.
   *
   * @throws {ServiceError} invalid_input, payload_too_large, unknown_model
   */
  quote<Name extends keyof Models & string>(
    caller: ApiCaller,
    model: Name,
    input: Models[Name]["input"],
  ): Promise<QuoteResponse>;
  /**
   * Stores an image, a video or an audio file. The caller's inputs refer to it by its id.
   *
   * @param file may be larger than memory, such as a file of `openAsBlob`.
   *
   * @throws {ServiceError} payload_too_large, unsupported_media_type, invalid_input, rate_limited; unavailable when the storage
   *   fails
   */
  uploadInput(caller: ApiCaller, file: Uint8Array | Blob): Promise<UploadedInput>;
  /**
   * Reads a generation. `include` adds its attempts, and the timeline of its events.
   *
   * @throws {ServiceError} not_found
   */
  get(
    caller: ApiCaller,
    id: string,
    options?: { readonly include?: readonly GenerationPart[] | undefined; readonly of?: Gallery | undefined },
  ): Promise<WireGeneration>;
  /** Active generations, and ended ones that the owner has not seen. */
  active(
    caller: ApiCaller,
    query?: { readonly scope?: string | undefined; readonly of?: Gallery | undefined },
  ): Promise<ActiveResponse<WireGeneration>>;
  /**
   * Changes after a position: the `sequence`, `ownerTag` and `timeline` of an earlier response. The last two are not
   * compared if they are absent. Waits up to `waitMs` (default 0) for a change; `null` if there was none.
   *
   * @throws {ServiceError} invalid_input
   */
  changes(
    caller: ApiCaller,
    query: {
      readonly after: number;
      readonly ownerTag?: string | undefined;
      readonly timeline?: string | undefined;
      readonly scope?: string | undefined;
      readonly of?: Gallery | undefined;
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
   * Requests a cancel. An ended generation is returned unchanged. `cancellation` is the decision, and the refund that
   * follows.
   *
   * @throws {ServiceError} not_found
   */
  cancel(caller: ApiCaller, id: string): Promise<WireGeneration>;
  /**
   * Submits a new generation from an old input, at the current price. Fields of `input` replace those of the old input.
   *
   * @throws {ServiceError} not_found, invalid_input, price_changed, payload_too_large, unknown_model, content_blocked,
   * forbidden, insufficient_credits, rate_limited, refund_budget_spent, too_many_active; with a key also
   * idempotency_mismatch
   */
  retry(
    caller: ApiCaller,
    id: string,
    options?: {
      readonly input?: Json | undefined;
      readonly expectedCredits?: number | undefined;
      readonly idempotencyKey?: string | undefined;
    },
  ): Promise<SubmitResponse<WireGeneration>>;
  /**
   * Deletes an ended generation and its bytes. Idempotent.
   *
   * @throws {ServiceError} not_found, not_terminal
   */
  delete(caller: ApiCaller, id: string): Promise<void>;
  /**
   * Marks ended generations as seen. Ignores ids that are not the caller's or have not ended.
   *
   * @throws {ServiceError} invalid_input for more than 100 ids
   */
  markSeen(caller: ApiCaller, ids: readonly string[]): Promise<void>;
  /**
   * Finds the generation of a file by its SHA-256. Only the exact bytes of an output match, as they were served: no
   * thumbnail, no preview, no file that was edited or encoded again, and none of a deleted generation. Reveals no owner.
   *
   * @returns `null` if no output has these bytes.
   */
  recognize(bytes: Uint8Array): Promise<Recognition | null>;
  /**
   * Adds credits, once per key.
   *
   * @returns the new balance.
   * @throws {ServiceError} invalid_input, idempotency_mismatch
   */
  grantCredits(grant: {
    readonly accountId: string;
    /** Safe integer > 0. */
    readonly amount: number;
    /** Unique per account, such as the payment's id. Another account may use the same key. */
    readonly key: string;
    readonly reason?: string | undefined;
  }): Promise<{ readonly balance: number }>;
  /**
   * Takes credits, once per key, for something that the host itself sells. Books a negative `adjustment`.
   *
   * @returns the new balance.
   * @throws {ServiceError} insufficient_credits when the balance is lower; invalid_input; idempotency_mismatch
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
   * Corrects a balance, up or down, once per key. Grants and adjustments share the keys of an account.
   *
   * @returns the new balance, and `moved`: the signed amount by which the key changed it. A repeat returns the same amount.
   * @throws {ServiceError} invalid_input, idempotency_mismatch; insufficient_credits when the balance would fall below 0
   */
  adjustCredits(adjustment: {
    readonly accountId: string;
    /** Safe integer other than 0; a negative amount takes credits. */
    readonly amount: number;
    /** Unique per account, such as the ticket's id. */
    readonly key: string;
    readonly reason?: string | undefined;
    /**
     * Takes no more than the balance, such as for a charge-back. If the balance is 0, the key moves nothing, also when it
     * is repeated within 90 days after a purchase. Requires a negative `amount`.
     *
     * @default false
     */
    readonly atMost?: boolean | undefined;
  }): Promise<{ readonly balance: number; readonly moved: number }>;
  /**
   * Moves everything of one owner to another in one commit, such as from a guest to the user who signed in: generations of
   * every status, each of which `to` receives as a change, and the idempotency keys. Watchers of `from` receive `resync`.
   *
   * `credits: "move"` moves the balance of the account with `from`'s id to the account with `to`'s id, and later refunds of
   * active generations go there too. The rest of `from`'s initial grant, which is spent first, does not move. `"leave"` does
   * not change accounts. Calling again moves what `from` has by then.
   *
   * @throws {ServiceError} invalid_input, also for `"move"` when other owners have paid from `from`'s account, or the
   *   host keeps the credits itself
   */
  transferOwner(transfer: {
    readonly from: string;
    readonly to: string;
    readonly credits: "move" | "leave";
  }): Promise<void>;
  /**
   * Erases an owner: cancels active generations, deletes content and bytes, and replaces the id with a pseudonym, also that
   * of the owner's account. The credits of that account are lost, and the ledger stays consistent. An account that other
   * owners have paid from keeps its id and balance.
   *
   * The worker ends and then erases a generation that cannot be canceled at once. Calling again completes an erasure that
   * a crash interrupted. The id may be used again, by a new owner.
   *
   * @throws {ServiceError} invalid_input
   */
  deleteOwner(owner: { readonly ownerId: string }): Promise<void>;
}
