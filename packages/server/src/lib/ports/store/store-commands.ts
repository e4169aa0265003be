import type { FailureCode, Json, JsonObject, MediaKind } from "@safelight/client/contract";
import type {
  AttemptState,
  GenerationRecord,
  OutputRecord,
  PreviewRecord,
} from "../../generation/generation-record.js";
import type { ActiveState } from "../../generation/generation-state.js";
import type { ProviderFailure } from "../../generation/provider-failure.js";
import type { Refund, RefundPolicy } from "../../generation/refund-policy.js";
import type { AnnouncementTarget } from "../announcer.js";
import type { VendorCost } from "../provider.js";

/** What an idempotency key was used for. */
export interface SubmissionRecord {
  readonly fingerprint: string;
  readonly generationId: string;
  /** `null` when it was deleted. */
  readonly generation: GenerationRecord | null;
}

/** The idempotency key of a submit, never in clear. */
export interface SubmissionKey {
  /** Hexadecimal SHA-256. */
  readonly keyHash: string;
  /** Hexadecimal SHA-256 of route and raw body. */
  readonly fingerprint: string;
  /** How long the key is remembered. */
  readonly keepMs: number;
}

/** A new generation with everything that its later life needs. */
export interface SubmitCommand {
  readonly id: string;
  readonly ownerId: string;
  readonly accountId: string;
  readonly model: string;
  readonly kind: MediaKind;
  readonly scope: string | null;
  readonly metadata: JsonObject | null;
  readonly input: Json;
  readonly parsedInput: Json;
  readonly requestedOutputs: number;
  readonly storagePrefix: string;
  /** Safe integer ≥ 0. */
  readonly credits: number;
  readonly dropOnCancel: boolean;
  /** The refund policy that will hold; `null` for the default. */
  readonly refunds: RefundPolicy | null;
  readonly maxAttempts: number;
  /** From now until it must have ended. */
  readonly deadlineMs: number;
  readonly retryOf: string | null;
  readonly submission: SubmissionKey | null;
  /** What an account starts with when it is seen for the first time. Safe integer ≥ 0. */
  readonly initialGrant: number;
  readonly limits: SubmitLimits;
}

/** Limits of one owner, decided in the commit. */
export interface SubmitLimits {
  /** `null` for none. */
  readonly maxActive: number | null;
  /** GCRA whose burst is its whole limit; `null` for none. */
  readonly rate: { readonly requests: number; readonly perMs: number } | null;
  /**
   * Refunds that owners bring about, of what a provider had a hand in, after which submits are refused; GCRA as above,
   * `null` for no budget. What is submitted under it is counted by it when it ends.
   */
  readonly refunds: { readonly generations: number; readonly perMs: number } | null;
}

/** Where the owner stands with the rate limit after the command. */
export interface RateState {
  readonly remaining: number;
  /** Until a request is allowed again; 0 when one is. */
  readonly retryAfterMs: number;
  /** Until the whole limit is there again. */
  readonly resetMs: number;
}

/** The answer to a submit, in the order in which refusals are decided. */
export type SubmitVerdict =
  | {
      readonly type: "accepted";
      readonly generation: GenerationRecord;
      readonly balance: number;
      readonly rate: RateState | null;
    }
  /** The key was used for this very request. `null`: its generation was deleted. */
  | { readonly type: "replayed"; readonly generation: GenerationRecord | null; readonly balance: number }
  | { readonly type: "mismatch" }
  | { readonly type: "rate_limited"; readonly rate: RateState }
  | { readonly type: "refund_budget_spent"; readonly retryAfterMs: number }
  /** Newest first. */
  | { readonly type: "too_many_active"; readonly activeIds: readonly string[] }
  | { readonly type: "insufficient_credits"; readonly required: number; readonly available: number };

/** The owner's wish to cancel. */
export interface CancelCommand {
  readonly ownerId: string;
  readonly id: string;
  /** Whom an end is to be announced to that comes by this alone; absent for nobody. */
  readonly announceTo?: readonly AnnouncementTarget[];
}

/** `applied` is false when nothing changed: it had ended, or was flagged already and could not be ended here. */
export interface CancelVerdict {
  readonly applied: boolean;
  readonly generation: GenerationRecord;
}

export interface ClaimCommand {
  /** Models that this worker knows. Past its deadline, a generation of any model is taken. */
  readonly models: readonly string[];
  readonly limit: number;
  readonly leaseMs: number;
  /** Random, one per call. */
  readonly token: string;
  /**
   * Chooses at most `limit` of the due generations. Must be pure: it may run more than once. Receives the longest due
   * first. If more are due than were read, it also receives the first due generation of some other owners; each claim
   * continues with the next owners.
   *
   * @default the longest due
   */
  readonly choose?: (due: readonly DueGeneration[]) => readonly DueGeneration[];
}

/** A generation that may be claimed. */
export interface DueGeneration {
  readonly id: string;
  readonly ownerId: string;
  readonly model: string;
}

/** The right to write: a claim's generation and its epoch. */
export interface Held {
  readonly id: string;
  readonly epoch: number;
}

/** A write by the holder. The token makes a repeat of the same command answer `applied` instead of acting twice. */
export interface WorkerCommand extends Held {
  readonly token: string;
}

/** `lost`: the epoch or the state moved on, and nothing was written. */
export type WorkerVerdict = { readonly type: "applied"; readonly ownerId: string } | { readonly type: "lost" };

export interface RecordIntentCommand extends WorkerCommand {
  readonly attemptToken: string;
  readonly providerId: string;
  /** The provider blocks until it is done: its work starts with the request. */
  readonly starts: boolean;
  /** When it is likely to end; the first guess stays. `null` when nobody can tell. */
  readonly expectedInMs: number | null;
  /** The provider says nothing of its progress: what is shown follows from the guess. */
  readonly isEstimated: boolean;
}

export interface RecordOperationCommand extends WorkerCommand {
  readonly attemptToken: string;
  readonly operation: Json;
  readonly dueInMs: number;
  /** What the vendor charges for the attempt, each unit once; absent leaves what was recorded. */
  readonly costs?: readonly VendorCost[] | undefined;
}

export interface RecordResultCommand extends WorkerCommand {
  readonly attemptToken: string;
  /** Outputs that are stored already; `null` when they are not yet: the holder has them, or polls the operation for them. */
  readonly outputs: readonly OutputRecord[] | null;
  readonly costs?: readonly VendorCost[] | undefined;
}

/** What became of an attempt. */
export interface AttemptWrite {
  readonly state: AttemptState;
  readonly failure: ProviderFailure | null;
  readonly costs?: readonly VendorCost[] | undefined;
}

export interface ProgressWrite {
  /** `null` leaves it; a lower value than the stored one is ignored. */
  readonly value: number | null;
  readonly source: "provider" | "estimate" | "none";
  readonly queuePosition: number | null;
  /** `null` leaves the old preview. */
  readonly preview: PreviewRecord | null;
}

export interface RecordProgressCommand extends WorkerCommand {
  readonly progress: ProgressWrite;
}

export interface ParkCommand extends WorkerCommand {
  readonly to: Exclude<ActiveState, "submitting">;
  readonly dueInMs: number;
  /** Nothing was asked of anybody: the leases that lapsed before still count. */
  readonly isUntouched: boolean;
  /** Visible to the owner: raises version and sequence. `null` when nothing visible changed. */
  readonly progress: ProgressWrite | null;
  /** What became of the latest attempt; `null` leaves it. */
  readonly attempt: AttemptWrite | null;
  /** Outputs of the latest attempt that are stored by now, while others are not to be had yet; absent leaves it. */
  readonly kept?: readonly OutputRecord[];
}

export type SettleOutcome =
  | { readonly type: "completed"; readonly outputs: readonly OutputRecord[] }
  | { readonly type: "failed"; readonly code: FailureCode }
  | { readonly type: "canceled" };

export interface SettleCommand extends WorkerCommand {
  readonly outcome: SettleOutcome;
  /** What goes back, as the policy of the generation says. */
  readonly refund: Refund;
  readonly attempt: AttemptWrite | null;
  /** Whom the end is to be announced to, through the outbox; absent for nobody. */
  readonly announceTo?: readonly AnnouncementTarget[];
}

/** What takes about the same time: one model at one provider, for as many outputs. */
export interface TimingSeries {
  readonly model: string;
  readonly providerId: string;
  /** Outputs asked for. */
  readonly size: number;
}

/** How many of a series took about as long. */
export interface TimingCount extends TimingSeries {
  /** A logarithm of the time; the reader's and the writer's own. */
  readonly bucket: number;
  readonly count: number;
}

/** Whoever claims will tell the owner that these have ended. */
export interface ClaimNoticesCommand {
  readonly ownerId: string;
  /** Random, one per attempt to tell; the same claim is given the same again while its lease lasts. */
  readonly claim: string;
  readonly limit: number;
  /** What ended longer ago is told no more. */
  readonly forMs: number;
  /** What is not confirmed in this time, others may claim. */
  readonly leaseMs: number;
}
