import type {
  Gallery,
  Generation,
  GenerationFields,
  GenerationStatus,
  MediaKind,
  Progress,
  QueuePosition,
} from "./generation.js";

/** Default mount path of the router. */
export const defaultBasePath = "/api/generations";

/** Header names of the contract, in lower case. */
export const headerNames = {
  idempotencyKey: "idempotency-key",
  idempotentReplayed: "idempotent-replayed",
  ownerTag: "safelight-owner-tag",
  pollAfterMs: "safelight-poll-after-ms",
  requestId: "x-request-id",
} as const;

/** Body of `POST /seen`: at most 100 ids. */
export interface SeenBody {
  readonly ids: readonly string[];
}

/** Body of `POST /notices/claim`. */
export interface ClaimNoticesBody {
  /** Random: 1 to 128 characters of A–Z, a–z, 0–9, `_` and `-`. The same claim receives the same generations again. */
  readonly claim: string;
}

/** Body of `POST /notices/confirm`: at most 100 ids. */
export interface ConfirmNoticesBody {
  readonly claim: string;
  readonly ids: readonly string[];
}

/**
 * Response of `POST /notices/claim`: finished generations that the owner was not notified of, leased to this claim for
 * 30 seconds.
 */
export interface NoticesResponse<G extends Generation = Generation> {
  readonly generations: readonly G[];
}

/** Response of submit and retry. */
export interface SubmitResponse<G extends Generation = Generation> {
  readonly generation: G;
  /** The account after the debit; `null` if the host does not bill. */
  readonly credits: { readonly balance: number } | null;
}

/** Response of `POST /many`. */
export interface SubmitManyResponse<G extends Generation = Generation> {
  /** `grp_` and a UUID: to list, follow and cancel the generations together. */
  readonly groupId: string;
  /** In the order of the inputs. A repeat omits those that were deleted since. */
  readonly generations: readonly G[];
  /** The account after the debits; `null` if the host does not bill. */
  readonly credits: { readonly balance: number } | null;
}

/** Response of `POST /groups/:groupId/cancel`: each generation of the group, with its `cancellation`. */
export interface GroupResponse<G extends Generation = Generation> {
  /** In the order of the submit. */
  readonly generations: readonly G[];
}

/**
 * Response of `POST /quote`: the price of a submit, and the state of its limits. Nothing is reserved: submit with
 * `expectedCredits`, and another price is refused.
 */
export interface QuoteResponse {
  /** The price for this input; `null` if the host does not bill. */
  readonly credits: number | null;
  /** The caller's balance; `null` if the host does not bill. */
  readonly balance: number | null;
  /**
   * When the generation would finish if a provider started it now, as ISO 8601; `null` before three generations of this
   * model and number of outputs have completed.
   */
  readonly expectedAt: string | null;
  /** Number of requested outputs. */
  readonly expectedOutputs: number;
  /**
   * The number of generations that wait for the model's provider, of all owners: at most as many are ahead of a submit. Exact
   * up to 100. `null` if it is unknown.
   */
  readonly queueLength: QueuePosition | null;
  readonly limits: QuoteLimits;
  /** As in {@link ActiveResponse}. */
  readonly ownerTag: string;
}

/** The use of an owner's limits. */
export interface QuoteLimits {
  /** Generations in progress; `null` if their number is not limited. */
  readonly concurrent: { readonly max: number; readonly active: number } | null;
  /** Submits; `null` if their rate is not limited. */
  readonly rate: RemainingRate | null;
  /** Generations that the owner ended with a refund; `null` if their rate is not limited. */
  readonly refunds: RemainingRate | null;
}

/** A rate limit, and the part of it that remains. All of `max` may be used at once. */
export interface RemainingRate {
  /** Max number per period. */
  readonly max: number;
  /** The period, in milliseconds. */
  readonly perMs: number;
  /** The number that is allowed now. */
  readonly remaining: number;
  /** Milliseconds until one more is allowed; 0 if one is allowed now. */
  readonly retryAfterMs: number;
}

/** Response of status and cancel. */
export interface GenerationResponse {
  readonly generation: Generation;
}

/** An uploaded file that inputs of its owner can reference. */
export interface UploadedInput {
  /** Reference for inputs: `inp_` and a UUID. */
  readonly id: string;
  /** Signed URL that needs no header, valid for 10 to 15 minutes. */
  readonly url: string;
  readonly kind: MediaKind;
  /** Detected from the bytes, regardless of the sender's content type. */
  readonly contentType: string;
  /** In pixels, as a browser displays it; `null` for audio, and for a video that does not state it. */
  readonly width: number | null;
  readonly height: number | null;
  /** `null` for images, and for a file that does not state it. */
  readonly durationMs: number | null;
}

/** Response of `POST /inputs`. */
export interface InputResponse {
  readonly input: UploadedInput;
}

/**
 * Response of `GET /active`: a snapshot of the active generations, and of the finished ones that the owner has not seen.
 */
export interface ActiveResponse<G extends Generation = Generation> {
  /**
   * Active generations, newest first: at most 200, and fewer if their inputs exceed 1 MiB. With `hasMore`, those that
   * changed least recently.
   */
  readonly generations: readonly G[];
  /** Whether active generations were omitted. All of them changed after `sequence`: merge the changes that follow it. */
  readonly hasMore: boolean;
  /** Finished in the last 7 days and not marked as seen: the newest 20, and fewer if their inputs exceed 1 MiB. */
  readonly unseen: readonly G[];
  /** Number of all unseen generations: exact below {@link maxUnseenCount}, else that value. */
  readonly unseenCount: number;
  /**
   * Position of this response, for `?after=`: the owner's sequence, or with `hasMore` that of the last change in
   * `generations`.
   */
  readonly sequence: number;
  /**
   * Opaque id of the database's history, for `?timeline=`. Sequences of different timelines cannot be compared: another
   * value means that a backup was restored.
   */
  readonly timeline: string;
  /**
   * Opaque tag of the gallery that was read: the caller's own, or with `of: "team"` the team's. Another value means that another
   * owner is signed in, or that the owner has another team: clear caches.
   */
  readonly ownerTag: string;
  /** ISO 8601. The difference to the device's clock corrects elapsed times. */
  readonly serverTime: string;
  /** Delay before the next poll without a push transport, in milliseconds. */
  readonly pollAfterMs: number;
}

/**
 * Response of `GET /active?after=`, and the first frame of `GET /events`: all changes after the given position, and a
 * snapshot. With `hasMore`, keep cached generations that the snapshot lacks.
 */
export interface ActiveChangesResponse<G extends Generation = Generation> extends ActiveResponse<G>, Changes<G> {
  /**
   * `true` if the changes since the given position are unknown: its owner is not signed in, its timeline is another one,
   * or its sequence cannot be continued. Then there are no changes, and the snapshot replaces all cached data.
   */
  readonly resync: boolean;
}

/** The changes of an owner up to a sequence. */
export interface Changes<G extends Generation = Generation> {
  /** Generations that changed, each once in its newest version, ordered by sequence. */
  readonly changed: readonly G[];
  /** Generations that were deleted, ordered by sequence. */
  readonly deleted: readonly DeletedGeneration[];
  /** The changes are complete up to this sequence. */
  readonly sequence: number;
  /**
   * Places in the queue of generations that wait on the server. Only on a stream, after a move and with each heartbeat.
   * They do not advance the sequence: each applies to its version only.
   */
  readonly queue?: readonly QueuePlace[] | undefined;
  /** Present if more changes follow after `sequence`: a page has a max of changes and of bytes. */
  readonly hasMoreChanges?: true | undefined;
}

/** The place of a waiting generation, as of the time in `progress`. Merge it into the generation if the versions are equal. */
export interface QueuePlace extends Pick<GenerationFields, "id" | "version" | "expectedAt"> {
  readonly progress: Pick<Progress, "queuePosition" | "queuePositionAt" | "etaMs">;
}

/** Balance of the owner's account, sent at the start of a stream and after each change. */
export interface BalanceFrame {
  /** In credits. */
  readonly balance: number;
}

/**
 * Data of one server-sent event of `GET /events`. The first frame is an {@link ActiveChangesResponse}; without `?after=`
 * it has `resync: true`. A later frame contains the changes since the previous one, a balance, or with `resync: true` a
 * new snapshot.
 */
export type EventFrame<G extends Generation = Generation> = ActiveChangesResponse<G> | Changes<G> | BalanceFrame;

/** A generation that its owner deleted. */
export interface DeletedGeneration {
  readonly id: string;
  /** The owner's sequence at the deletion. */
  readonly sequence: number;
}

/** Query of `GET /`. An omitted filter matches every generation. */
export interface HistoryQuery {
  /** From 1 to 100. @default 20 */
  readonly limit?: number | undefined;
  /** `nextCursor` of the previous page. */
  readonly cursor?: string | undefined;
  readonly status?: GenerationStatus | undefined;
  readonly model?: string | undefined;
  readonly scope?: string | undefined;
  /** Only the generations of one `POST /many`. */
  readonly groupId?: string | undefined;
  /** `"team"` selects the gallery of the caller's team; not together with `groupId`. @default "own" */
  readonly of?: Gallery | undefined;
}

/** Response of `GET /`: newest first. */
export interface HistoryResponse<G extends Generation = Generation> {
  readonly generations: readonly G[];
  /** `null` on the last page. Stays valid while rows are added and removed. */
  readonly nextCursor: string | null;
  /** The owner's sequence as of this response, which includes every change up to it. */
  readonly sequence: number;
  /** As in {@link ActiveResponse}. */
  readonly ownerTag: string;
}

/** A model, as clients see it. */
export interface ModelSummary {
  readonly id: string;
  readonly kind: MediaKind;
  /** The price; `null` if it depends on the input, or the host does not bill. */
  readonly credits: number | null;
  /** Listed, but refuses submits. */
  readonly retired: boolean;
}

/** Response of `GET /models`. */
export interface ModelsResponse {
  readonly models: readonly ModelSummary[];
}
