import type { Json, JsonObject, MediaKind } from "@safelight/client/contract";
import type { GenerationRecord } from "../../generation/generation-record.js";
import type { RefundPolicy } from "../../generation/refund-policy.js";
import type { ErasureCheck } from "./erasure-check.js";

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
  /** The team that sees it, too. @default null, for none */
  readonly teamId?: string | null;
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
  /**
   * The host's reservation of the credits, which `openHolds` recorded under the id. The ledger then debits 0, and the end
   * captures or releases the hold. `"same_database"`: the store takes the credits from the host's table, see
   * `useHostBalances`. @default null, the ledger debits the credits
   */
  readonly hold?: { readonly reference: string | null } | "same_database" | null;
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
  "id" | "input" | "parsedInput" | "requestedOutputs" | "storagePrefix" | "credits" | "refunds" | "priority" | "hold"
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
  /** A hold was released before the commit, or never opened. */
  | { readonly type: "hold_released" }
  /** The host's table has too few credits. */
  | { readonly type: "balance_refused" }
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
  /** The hold was released before the commit, or never opened. */
  | { readonly type: "hold_released" }
  /** The host's table has too few credits. */
  | { readonly type: "balance_refused" }
  | SubmitRefusal;

/** A refusal by a limit of the owner or by the balance. */
export type SubmitRefusal =
  | { readonly type: "rate_limited"; readonly rate: RateState }
  | { readonly type: "refund_budget_spent"; readonly retryAfterMs: number }
  /** Newest first. */
  | { readonly type: "too_many_active"; readonly activeIds: readonly string[] }
  | { readonly type: "insufficient_credits"; readonly required: number; readonly available: number };
