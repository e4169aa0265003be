import type {
  ActiveChangesResponse,
  ActiveResponse,
  CreditsResponse,
  Generation,
  HistoryQuery,
  HistoryResponse,
  Json,
  JsonObject,
  ModelsResponse,
  SubmitResponse,
} from "@safelight/client/contract";

/** Who asks: the headers of a request, for `identify`, or the owner by name. */
export type ApiCaller = { readonly headers: Headers } | { readonly ownerId: string; readonly accountId?: string };

/** The verbs of the router without HTTP, for server components, jobs and tests. Each throws {@link ServiceError}. */
export interface Api<Models extends Readonly<Record<string, { readonly input: unknown }>>> {
  /** Takes the credits and queues a generation. The same `idempotencyKey` with the same arguments does it once. */
  submit<Name extends keyof Models & string>(
    caller: ApiCaller,
    model: Name,
    input: Models[Name]["input"],
    options?: {
      readonly scope?: string;
      readonly metadata?: JsonObject;
      readonly expectedCredits?: number;
      readonly idempotencyKey?: string;
    },
  ): Promise<SubmitResponse>;
  /** @throws {ServiceError} not_found */
  get(caller: ApiCaller, id: string): Promise<Generation>;
  active(caller: ApiCaller, query?: { readonly scope?: string }): Promise<ActiveResponse>;
  /** What changed after a sequence; waits up to `waitMs` for something to change, then answers `null`. */
  changes(
    caller: ApiCaller,
    query: {
      readonly after: number;
      readonly scope?: string;
      readonly waitMs?: number;
      readonly signal?: AbortSignal;
    },
  ): Promise<ActiveChangesResponse | null>;
  list(caller: ApiCaller, query?: HistoryQuery): Promise<HistoryResponse>;
  models(): Promise<ModelsResponse>;
  credits(caller: ApiCaller, query?: { readonly cursor?: string; readonly limit?: number }): Promise<CreditsResponse>;
  cancel(caller: ApiCaller, id: string): Promise<Generation>;
  retry(
    caller: ApiCaller,
    id: string,
    options?: { readonly input?: Json; readonly idempotencyKey?: string },
  ): Promise<SubmitResponse>;
  delete(caller: ApiCaller, id: string): Promise<void>;
  markSeen(caller: ApiCaller, ids: readonly string[]): Promise<void>;
  /** Adds credits once per key. @returns the balance after. */
  grantCredits(grant: {
    readonly accountId: string;
    /** Safe integer > 0. */
    readonly amount: number;
    /** Unique per account, such as the payment's id. */
    readonly key: string;
    readonly reason?: string;
  }): Promise<{ readonly balance: number }>;
  /**
   * Corrects a balance once per key, up or down; grants and adjustments share the keys of an account.
   *
   * @returns the balance after.
   * @throws {ServiceError} insufficient_credits when the balance would fall below 0; invalid_input; idempotency_mismatch
   */
  adjustCredits(adjustment: {
    readonly accountId: string;
    /** Safe integer other than 0; below 0 takes. */
    readonly amount: number;
    /** Unique per account, such as the ticket's id. */
    readonly key: string;
    readonly reason?: string;
  }): Promise<{ readonly balance: number }>;
}
