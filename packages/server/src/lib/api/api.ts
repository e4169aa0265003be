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

/** The caller: the headers of a request, for `identify`, or the owner's id. `accountId` defaults to `ownerId`, `teamId` to none. */
export type ApiCaller =
  | { readonly headers: Headers }
  | { readonly ownerId: string; readonly accountId?: string | undefined; readonly teamId?: string | undefined };

/**
 * The operations of the router without HTTP, for server components, jobs and tests.
 *
 * `of: "team"` reads the gallery of the caller's team.
 *
 * @throws {ServiceError} unauthenticated for headers without a caller; forbidden for `of: "team"` without a team; unavailable
 * while the database or the credit system of the host does not respond, or if a function of the host times out; not_found for
 * credits if the host does not bill; and the codes of each method
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
      /** Label of the part of the app that submits it, at most 128 characters. @default none */
      readonly scope?: string | undefined;
      /** The gallery in which it appears; `teams.visibility` decides. @default the host decides */
      readonly visibility?: Gallery | undefined;
      /** Returned with the generation; at most 4,096 bytes as JSON. @default none */
      readonly metadata?: JsonObject | undefined;
      /** The price that the user has seen; another price is refused with `price_changed`. @default any price */
      readonly expectedCredits?: number | undefined;
      /** The earliest start, at most 30 days ahead, with an offset if it is a string. @default at once */
      readonly notBefore?: Date | string | undefined;
      /**
       * Whole milliseconds from 1 to those of 30 days, counted from `notBefore` or from the submit. If no attempt has started by
       * then, it fails with `expired`, and is refunded. @default only the model's deadline applies
       */
      readonly expiresAfterMs?: number | undefined;
      /** 1 to 255 printable ASCII characters, kept for 7 days. @default each call submits */
      readonly idempotencyKey?: string | undefined;
    },
  ): Promise<SubmitResponse<WireGeneration>>;
  /**
   * Debits the credits and queues a generation for each of 1 to 100 inputs, all or none. They share the options and one
   * `groupId`, for `list` and `cancelGroup`.
   *
   * @throws {ServiceError} invalid_input, payload_too_large, unknown_model, price_changed, content_blocked, forbidden,
   * insufficient_credits, rate_limited, refund_budget_spent, too_many_active; with a key also idempotency_mismatch, and
   * not_found when all of its generations were deleted
   */
  submitMany<Name extends keyof Models & string>(
    caller: ApiCaller,
    model: Name,
    inputs: readonly Models[Name]["input"][],
    /** As those of `submit`, for each generation; `expectedCredits` is the price of all. */
    options?: {
      readonly scope?: string | undefined;
      readonly visibility?: Gallery | undefined;
      readonly metadata?: JsonObject | undefined;
      readonly expectedCredits?: number | undefined;
      readonly notBefore?: Date | string | undefined;
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
  /**
   * Active generations, at most 200, and the newest 20 that ended in the last 7 days and that the owner has not seen.
   *
   * @throws {ServiceError} invalid_input
   */
  active(
    caller: ApiCaller,
    query?: { readonly scope?: string | undefined; readonly of?: Gallery | undefined },
  ): Promise<ActiveResponse<WireGeneration>>;
  /**
   * Changes after a position: the `sequence`, `ownerTag` and `timeline` of an earlier response. The last two are not
   * compared if they are absent. Waits up to `waitMs` for a change, from 0 (the default) to 25,000; `null` if there was none.
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
  /** One page of the history, newest first. @throws {ServiceError} invalid_input */
  list(caller: ApiCaller, query?: HistoryQuery): Promise<HistoryResponse<WireGeneration>>;
  /** The models in the order of the options, retired ones included. */
  models(): Promise<ModelsResponse>;
  /**
   * The balance of the caller's account, and one page of its ledger entries, newest first. `cursor` is the `nextCursor` of the
   * previous page, `limit` is from 1 to 100 (default 20).
   *
   * @throws {ServiceError} invalid_input
   */
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
   * Submits a new generation from an old input, at the current price. Fields of `input` replace those of the old input. The other
   * options are those of `submit`.
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
   * thumbnail, no preview, and no file that was edited or encoded again. A deleted output matches, too, until its owner is deleted.
   * Reveals no owner.
   *
   * @returns the oldest generation with an output of these bytes; `null` if there is none.
   */
  recognize(bytes: Uint8Array): Promise<Recognition | null>;
  /**
   * Adds credits, once per key. Ids, keys and reasons of this and the next two methods have 1 to 256 characters; the owner sees
   * the reason.
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
     * Takes no more than the balance, such as for a charge-back. If the balance is 0, the key moves nothing, even if it is
     * repeated within 90 days and the account has credits by then. Requires a negative `amount`.
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
