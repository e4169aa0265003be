import type { FailureCode, Json } from "@safelight/client/contract";
import type {
  AttemptState,
  GenerationRecord,
  OutputRecord,
  PreviewRecord,
} from "../../generation/generation-record.js";
import type { ActiveState } from "../../generation/generation-state.js";
import type { ProviderFailure } from "../../generation/provider-failure.js";
import type { Refund } from "../../generation/refund-policy.js";
import type { AnnouncementTarget } from "../announcer.js";
import type { VendorCost } from "../provider.js";
import type { GateLimit } from "./gate-limit.js";

/** Cancel request of the owner. */
export interface CancelCommand {
  readonly ownerId: string;
  readonly id: string;
  /** The account that probably paid, so that the cancels of one account can wait for its row one after another. Absent: unknown. */
  readonly accountId?: string;
  /** Targets of the announcement if this command itself ends the generation; absent for none. */
  readonly announceTo?: readonly AnnouncementTarget[];
}

/** `applied` is false if nothing changed: the generation had ended, or had a cancel request and could not end here. */
export interface CancelVerdict {
  readonly applied: boolean;
  readonly generation: GenerationRecord;
}

/** `removed`, also of a repeat: `teamId` is the team that saw the generation; `null` if it was not shared. */
export type RemoveVerdict =
  | { readonly type: "removed"; readonly teamId: string | null }
  | { readonly type: "not_terminal" }
  | { readonly type: "not_found" };

export interface ClaimCommand {
  /** Models of this worker. Once its deadline has passed, a generation of any model is claimed. */
  readonly models: readonly string[];
  /** Max generations, from 1. */
  readonly limit: number;
  /** Length of the lease in milliseconds, at most `maxLeaseMs`. */
  readonly leaseMs: number;
  /**
   * Random, one per call. A repeat, as after a lost response, returns the leases that it still holds. It claims an expired
   * one with the next epoch.
   */
  readonly token: string;
  /** False: claims no generation whose next step is a long copy. @default true */
  readonly longCopies?: boolean | undefined;
  /** Claims this generation only, under the same conditions. @default any due generation */
  readonly id?: string;
  /**
   * Limits of the gates that this worker knows. A generation waits while its gate has no capacity; a gate without a limit
   * has capacity. @default none
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
  /** The gate of its next attempt; `null` for none, and while a worker or a provider has it. */
  readonly gate: string | null;
}

/** Selects generations that no worker has claimed in time. */
export interface ListDueQuery {
  /** As in `ClaimCommand`. */
  readonly models: readonly string[];
  /** Min time that they have been due, in milliseconds. */
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
  /** Whether its next step copies a video or an audio, which may take minutes. */
  readonly isLongCopy: boolean;
  /** Whether it is `queued`: it had no attempt. A retry is not a start. */
  readonly isStart: boolean;
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
  /** The worker sent no request, although the generation may start: the count of expired leases is kept. */
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
  /** The account of the debit, so that the refunds of one account can wait for its row one after another. Absent: unknown. */
  readonly accountId?: string;
  readonly outcome: SettleOutcome;
  /** Refund that the policy of the generation grants. */
  readonly refund: Refund;
  readonly attempt: AttemptWrite | null;
  /**
   * Token of the latest attempt, for its response: also settles without the lease, while the outcome of the attempt is unknown.
   * Absent: only the holder of the lease settles.
   */
  readonly attemptToken?: string;
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
