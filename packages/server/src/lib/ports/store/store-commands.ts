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
import type { ErasureCheck } from "./erasure-check.js";
import type { GateLimit } from "./gate-limit.js";

/** The submission that used an idempotency key. */
export interface SubmissionRecord {
  readonly fingerprint: string;
  readonly generationId: string;
  /** `null` if it was deleted. */
  readonly generation: GenerationRecord | null;
  /** The group of a submit of several generations; `null` for a single one, also if it belongs to another owner by now. */
  readonly groupId: string | null;
}

/** The idempotency key of a submit, hashed. */
export interface IdempotencyKey {
  /** Hexadecimal SHA-256. */
  readonly keyHash: string;
  /** Hexadecimal SHA-256 of route and raw body. */
  readonly fingerprint: string;
  /** Retention of the key, in milliseconds. */
  readonly keepMs: number;
}

/** A new generation with all data that its later life needs. */
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
  /** Refund policy of this generation; `null` for the default. */
  readonly refunds: RefundPolicy | null;
  readonly maxAttempts: number;
  /** Milliseconds from the earliest start until the generation must have ended. */
  readonly deadlineMs: number;
  /** The earliest start, in epoch milliseconds, from which deadline and expiry count. @default now */
  readonly notBefore?: number | null;
  /** Milliseconds until a generation without an attempt must have ended. @default it does not expire */
  readonly expiresAfterMs?: number | null;
  readonly retryOf: string | null;
  /** Gate of the first attempt. @default null, for none */
  readonly gate?: string | null;
  /** From 0 to 9: each level places the generation one turn further ahead in the queue. @default 0 */
  readonly priority?: number;
  readonly idempotencyKey: IdempotencyKey | null;
  /** Initial balance of an account that this submit creates. Safe integer ≥ 0. */
  readonly initialGrant: number;
  readonly limits: SubmitLimits;
  /** Checks the owner and the account. Absent: the submit is never refused for an erasure. */
  readonly erasures?: ErasureCheck;
}

/** Generations of one model that are submitted together: all of them or none. */
export interface SubmitManyCommand extends Omit<SubmitCommand, keyof SubmitItem | "retryOf"> {
  /** `grp_` and a UUIDv7. With the ids of the generations, it makes the command idempotent. */
  readonly groupId: string;
  /** From 1 to 100, in the order of their ids. The initial grant is spent on the first ones. */
  readonly items: readonly [SubmitItem, ...SubmitItem[]];
}

/** The fields that the generations of a group do not share. */
export type SubmitItem = Pick<
  SubmitCommand,
  "id" | "input" | "parsedInput" | "requestedOutputs" | "storagePrefix" | "credits" | "refunds" | "priority"
>;

/** Verdict of a submit of several generations; refusals are checked in the order of a single submit. */
export type SubmitManyVerdict =
  | {
      readonly type: "accepted";
      /** In the order of the command; without those that were deleted before a repeat. */
      readonly generations: readonly GenerationRecord[];
      readonly balance: number;
      readonly rate: RateState | null;
    }
  /** The key was used for the same request: `findSubmission` has its group. Or the group was transferred since. */
  | { readonly type: "replayed" }
  | { readonly type: "mismatch" }
  | { readonly type: "owner_erased" }
  | SubmitRefusal;

/** A submit that has not been sent yet. */
export interface CheckSubmitQuery extends Pick<SubmitCommand, "ownerId" | "accountId" | "credits" | "limits"> {
  readonly initialGrant: number;
  /**
   * Number of further submits of the owner that are not committed yet: they count against the rate and the cap. Called
   * after the read, so that a submit that is committed in between counts at most once.
   */
  readonly pending: () => number;
}

/** Limits of one owner, checked in the commit. */
export interface SubmitLimits {
  /** `null` for none. */
  readonly maxActive: number | null;
  /** GCRA with a burst of the whole limit; `null` for none. */
  readonly rate: { readonly requests: number; readonly perMs: number } | null;
  /**
   * Max refunds that an owner may cause after a provider worked on the generation; beyond it, submits are refused. GCRA
   * as above; `null` for no budget. A generation that is submitted under a budget counts against it when it ends.
   */
  readonly refunds: { readonly generations: number; readonly perMs: number } | null;
}

/** State of the owner's rate limit after the command. */
export interface RateState {
  readonly remaining: number;
  /** Milliseconds until a request is allowed again; 0 if one is allowed now. */
  readonly retryAfterMs: number;
  /** Milliseconds until the whole limit is available again. */
  readonly resetMs: number;
}

/** Verdict of a submit; refusals are checked in this order. */
export type SubmitVerdict =
  | {
      readonly type: "accepted";
      readonly generation: GenerationRecord;
      readonly balance: number;
      readonly rate: RateState | null;
    }
  /** The key was used for the same request. `null`: its generation was deleted. */
  | { readonly type: "replayed"; readonly generation: GenerationRecord | null; readonly balance: number }
  | { readonly type: "mismatch" }
  /** The owner or the account was erased after the request began. */
  | { readonly type: "owner_erased" }
  | SubmitRefusal;

/** A refusal by a limit of the owner or by the balance. */
export type SubmitRefusal =
  | { readonly type: "rate_limited"; readonly rate: RateState }
  | { readonly type: "refund_budget_spent"; readonly retryAfterMs: number }
  /** Newest first. */
  | { readonly type: "too_many_active"; readonly activeIds: readonly string[] }
  | { readonly type: "insufficient_credits"; readonly required: number; readonly available: number };

/** Cancel request of the owner. */
export interface CancelCommand {
  readonly ownerId: string;
  readonly id: string;
  /** Targets of the announcement if this command itself ends the generation; absent for none. */
  readonly announceTo?: readonly AnnouncementTarget[];
}

/** `applied` is false if nothing changed: the generation had ended, or had a cancel request and could not end here. */
export interface CancelVerdict {
  readonly applied: boolean;
  readonly generation: GenerationRecord;
}

export interface ClaimCommand {
  /** Models of this worker. Once its deadline has passed, a generation of any model is claimed. */
  readonly models: readonly string[];
  readonly limit: number;
  readonly leaseMs: number;
  /**
   * Random, one per call. A repeat, as after a lost response, returns the leases that it still holds. It claims an expired
   * one with the next epoch.
   */
  readonly token: string;
  /** Claims this generation only, under the same conditions. @default any due generation */
  readonly id?: string;
  /**
   * Limits of the gates that this worker knows. A generation waits while its gate has no room; a gate without a limit
   * has room. @default none
   */
  readonly limits?: readonly GateLimit[];
  /**
   * Chooses at most `limit` of the due generations. Must be pure: it may run more than once. Receives those in progress
   * first, the longest due first, then the waiting ones by rank. If more are due than were read, it also receives the
   * first due generation of some other owners; each claim continues with the next owners.
   *
   * @default the longest due
   */
  readonly choose?: (due: readonly DueGeneration[]) => readonly DueGeneration[];
}

/** When an active generation is due. */
export interface DueReading {
  /** Milliseconds until it is due; 0 if it is due now. Of a leased generation: until its lease ends. */
  readonly dueInMs: number;
  /** Whether a worker holds it, or has crashed while it held it. */
  readonly isLeased: boolean;
}

/** Asks for generations that no worker has claimed in time. */
export interface ListDueQuery {
  /** As in `ClaimCommand`. */
  readonly models: readonly string[];
  /** In milliseconds. */
  readonly forMs: number;
  readonly limit: number;
  /** As in `ClaimCommand`. */
  readonly limits?: readonly GateLimit[];
}

/** A generation that may be claimed. */
export interface DueGeneration {
  readonly id: string;
  readonly ownerId: string;
  readonly model: string;
}

/** Proof of a claim: the generation and its epoch. */
export interface Held {
  readonly id: string;
  readonly epoch: number;
}

/**
 * A write by the holder of the lease. The token makes it idempotent: a repeat returns `applied`, and writes nothing.
 */
export interface WorkerCommand extends Held {
  readonly token: string;
}

/** `lost`: the epoch or the state has changed, and nothing was written. */
export type WorkerVerdict = { readonly type: "applied"; readonly ownerId: string } | { readonly type: "lost" };

export interface RecordIntentCommand extends WorkerCommand {
  /** Random, one per attempt. A repeat after a later write of the worker returns `lost`: the attempt exists. */
  readonly attemptToken: string;
  readonly providerId: string;
  /** The provider blocks until it is done: its work starts with the request. */
  readonly starts: boolean;
  /** Estimated time until the end, in milliseconds; the first estimate stays. `null` if there is no estimate. */
  readonly expectedInMs: number | null;
  /** The provider reports no progress: the displayed progress follows from the estimate. */
  readonly isEstimated: boolean;
  /** The min lease from now, in milliseconds, if the deadline moves: the lease ended at the earlier one. @default 0 */
  readonly leaseMs?: number;
}

export interface RecordOperationCommand extends WorkerCommand {
  readonly attemptToken: string;
  readonly operation: Json;
  readonly dueInMs: number;
  /** Costs of the attempt, each unit once; absent keeps the recorded costs. */
  readonly costs?: readonly VendorCost[] | undefined;
}

export interface RecordResultCommand extends WorkerCommand {
  readonly attemptToken: string;
  /** Outputs that are stored already; `null` if none are yet: the holder has them in memory, or polls the operation. */
  readonly outputs: readonly OutputRecord[] | null;
  readonly costs?: readonly VendorCost[] | undefined;
}

/** New state of an attempt. */
export interface AttemptWrite {
  readonly state: AttemptState;
  readonly failure: ProviderFailure | null;
  readonly costs?: readonly VendorCost[] | undefined;
}

export interface ProgressWrite {
  /** `null` keeps the stored value; a lower value is ignored. */
  readonly value: number | null;
  readonly source: "provider" | "estimate" | "none";
  readonly queuePosition: number | null;
  /** `null` keeps the stored preview. */
  readonly preview: PreviewRecord | null;
}

export interface RecordProgressCommand extends WorkerCommand {
  readonly progress: ProgressWrite;
}

export interface ParkCommand extends WorkerCommand {
  readonly to: Exclude<ActiveState, "submitting">;
  readonly dueInMs: number;
  /** The worker sent no request: the count of expired leases is kept. */
  readonly isNoop: boolean;
  /** Visible to the owner: raises version and sequence. `null` if nothing visible changed. */
  readonly progress: ProgressWrite | null;
  /** New state of the latest attempt; `null` keeps the stored one. */
  readonly attempt: AttemptWrite | null;
  /** Outputs of the latest attempt that are stored while others are not available yet; absent keeps the stored list. */
  readonly storedOutputs?: readonly OutputRecord[];
  /** Gate of the next attempt, `null` for none; absent keeps the gate. */
  readonly gate?: string | null;
  /** Raises the budget of attempts by one, so that the latest one does not count. @default false */
  readonly keepsBudget?: boolean;
}

export type SettleOutcome =
  | { readonly type: "completed"; readonly outputs: readonly OutputRecord[] }
  | { readonly type: "failed"; readonly code: FailureCode }
  | { readonly type: "canceled" };

export interface SettleCommand extends WorkerCommand {
  readonly outcome: SettleOutcome;
  /** Refund that the policy of the generation grants. */
  readonly refund: Refund;
  readonly attempt: AttemptWrite | null;
  /** Targets of the announcement that the outbox delivers; absent for none. */
  readonly announceTo?: readonly AnnouncementTarget[];
}

/** Leases ended generations to the claimant that will notify the owner. */
export interface ClaimNoticesCommand {
  readonly ownerId: string;
  /**
   * Random, one per attempt to notify. A repeat with the same claim returns the same generations while its lease lasts.
   */
  readonly claim: string;
  readonly limit: number;
  /** Generations that ended longer ago than this are skipped. */
  readonly forMs: number;
  /** Other claims may take generations that are not confirmed within this time. */
  readonly leaseMs: number;
}
