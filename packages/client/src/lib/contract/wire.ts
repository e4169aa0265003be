import type { Generation, GenerationStatus, MediaKind } from "./generation.js";
import type { Json, JsonObject } from "./json.js";

/** Where a host mounts the router unless it says otherwise. */
export const defaultBasePath = "/api/generations";

/** Longest a `?wait=` holds a request, in seconds. */
export const longestWaitSeconds = 25;

/** Max value of `ActiveResponse.unseenCount`. */
export const maxUnseenCount = 1_000;

/** Header names of the contract, in lower case. */
export const headerNames = {
  idempotencyKey: "idempotency-key",
  idempotentReplayed: "idempotent-replayed",
  ownerTag: "safelight-owner-tag",
  pollAfterMs: "safelight-poll-after-ms",
  requestId: "x-request-id",
} as const;

/** Body of `POST /`. */
export interface SubmitBody {
  readonly model: string;
  readonly input: Json;
  /** The place it is submitted from, at most 128 characters. */
  readonly scope?: string;
  /** Anything the host wants back with the generation, at most 4 KiB as JSON. */
  readonly metadata?: JsonObject;
  /** The price the user was shown; another price refuses with `price_changed` instead of charging. */
  readonly expectedCredits?: number;
}

/** Body of `POST /:id/retry`: fields of `input` replace those of the old input. */
export interface RetryBody {
  readonly input?: JsonObject;
}

/** Body of `POST /seen`: at most 100 ids. */
export interface SeenBody {
  readonly ids: readonly string[];
}

/** Body of `POST /notices/claim`. */
export interface ClaimNoticesBody {
  /** Random, at most 128 characters: the same claim is given the same again. */
  readonly claim: string;
}

/** Body of `POST /notices/confirm`: at most 100 ids. */
export interface ConfirmNoticesBody {
  readonly claim: string;
  readonly ids: readonly string[];
}

/** Answer of `POST /notices/claim`: what ended and nobody was told of, for this claim alone to tell, in 30 seconds. */
export interface NoticesResponse<G extends Generation = Generation> {
  readonly generations: readonly G[];
}

/** Answer of submit and retry. */
export interface SubmitResponse<G extends Generation = Generation> {
  readonly generation: G;
  /** The account after the debit; `null` where the host does not bill. */
  readonly credits: { readonly balance: number } | null;
}

/** Answer of status and cancel. */
export interface GenerationResponse {
  readonly generation: Generation;
}

/** A picture that was uploaded, for inputs of its owner to refer to. */
export interface UploadedInput {
  /** What inputs refer to it by: `inp_` and a UUID. */
  readonly id: string;
  /** Shows it without a header, for 10 to 15 minutes. */
  readonly url: string;
  /** Found in the bytes, whatever the sender called it. */
  readonly contentType: string;
  /** In pixels, as a browser shows it. */
  readonly width: number;
  readonly height: number;
}

/** Answer of `POST /inputs`. */
export interface InputResponse {
  readonly input: UploadedInput;
}

/** Answer of `GET /active`: what is in progress, and what ended unseen. */
export interface ActiveResponse<G extends Generation = Generation> {
  /** Active ones, newest first: at most 200, and fewer where their inputs exceed 1 MiB. */
  readonly generations: readonly G[];
  /** Whether active ones were omitted. They follow as changes after `sequence`: merge those into this list. */
  readonly hasMore: boolean;
  /** Ended in the last 7 days and not marked as seen: the newest 20, and fewer where their inputs exceed 1 MiB. */
  readonly unseen: readonly G[];
  /** How many there are in all, exact below {@link maxUnseenCount}; there may be more than that. */
  readonly unseenCount: number;
  /** The owner's sequence as of this answer; `?after=` takes it back. */
  readonly sequence: number;
  /** Opaque; another value means that another owner is signed in now: forget what is cached. */
  readonly ownerTag: string;
  /** ISO 8601; the difference to the device's clock makes elapsed times right. */
  readonly serverTime: string;
  /** When to ask again where nothing pushes, in milliseconds. */
  readonly pollAfterMs: number;
}

/**
 * Answer of `GET /active?after=`: the same, and what changed since. With `hasMore`, keep the generations that you have
 * already.
 */
export interface ActiveChangesResponse<G extends Generation = Generation> extends ActiveResponse<G> {
  /** Generations that changed after the sequence given, each once in its newest form, in order of sequence. */
  readonly changed: readonly G[];
  /** Generations that were deleted after the sequence given. */
  readonly deleted: readonly DeletedGeneration[];
  /** True when `after` cannot be continued from: read everything again. */
  readonly resync: boolean;
}

/** A generation that its owner deleted. */
export interface DeletedGeneration {
  readonly id: string;
  readonly sequence: number;
}

/** Query of `GET /`. */
export interface HistoryQuery {
  /** @default 20 */
  readonly limit?: number | undefined;
  /** `nextCursor` of the page before. */
  readonly cursor?: string | undefined;
  readonly status?: GenerationStatus | undefined;
  readonly model?: string | undefined;
  readonly scope?: string | undefined;
}

/** Answer of `GET /`: newest first. */
export interface HistoryResponse<G extends Generation = Generation> {
  readonly generations: readonly G[];
  /** `null` on the last page. Stays valid while rows are added and removed. */
  readonly nextCursor: string | null;
  /** The owner's sequence as of this answer: what changed up to it is in it. */
  readonly sequence: number;
  /** As in {@link ActiveResponse}. */
  readonly ownerTag: string;
}

/** A model as the world sees it. */
export interface ModelSummary {
  readonly id: string;
  readonly kind: MediaKind;
  /** The price; `null` where it depends on the input, or the host does not bill. */
  readonly credits: number | null;
  /** Listed, not submittable. */
  readonly retired: boolean;
}

/** Answer of `GET /models`. */
export interface ModelsResponse {
  readonly models: readonly ModelSummary[];
}

/** What moves credits. A `debit` is taken at submit and resolved once, by a `capture` or a `refund`. */
export type LedgerEntryKind = "grant" | "debit" | "capture" | "refund" | "adjustment";

/** One movement of credits, as the owner sees it. */
export interface LedgerEntry {
  readonly id: string;
  readonly kind: LedgerEntryKind;
  /** Signed: what it adds to the balance. 0 for a capture that keeps all. */
  readonly amount: number;
  /**
   * Why; `null` when there is nothing to say. A capture or refund names the end and, after a space, the rule that held:
   * `completed 3/4` (outputs that came of those paid for), `failed:<failure code> 100%`, `canceled 100%`,
   * `canceled:withdrawn 100%` (no provider had accepted it), `canceled:dropped 0%` (the provider works on for nobody).
   */
  readonly reason: string | null;
  /** `null` when it belongs to none, or to another owner of a shared account. */
  readonly generationId: string | null;
  readonly createdAt: string;
}

/** Answer of `GET /credits`: newest entries first. */
export interface CreditsResponse {
  readonly balance: number;
  readonly entries: readonly LedgerEntry[];
  readonly nextCursor: string | null;
  /** As in {@link ActiveResponse}: of who is signed in, whoever else pays from the same account. */
  readonly ownerTag: string;
}
