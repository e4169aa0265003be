import type { LedgerEntryKind } from "@safelight/client/contract";
import type { ErasureCheck } from "./erasure-check.js";

/** A stored ledger entry. */
export interface LedgerRecord {
  /** Grows with each entry of the database. */
  readonly id: number;
  readonly kind: LedgerEntryKind;
  /** Signed change of the balance, in credits; 0 for a full capture. */
  readonly amount: number;
  /** Shown to the owner; `null` for none. */
  readonly reason: string | null;
  /** `null` for a grant or an adjustment. */
  readonly generationId: string | null;
  /** Generation that an operator refunded with this adjustment; `null` for any other entry, and once the account was erased. */
  readonly refundOf: string | null;
  /** `operator`: moved by an operator, or the refund of a generation that an operator ended or canceled. `null`: any other cause. */
  readonly causedBy: "operator" | null;
  /** Current owner of the generation, also of `refundOf`; `null` if the entry belongs to none. */
  readonly ownerId: string | null;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

/** A ledger entry that the host creates. */
export interface AdjustCommand {
  readonly accountId: string;
  readonly kind: "grant" | "adjustment";
  /** Signed safe integer. */
  readonly amount: number;
  /** Moves a negative amount only as far as the balance allows, which may be nothing. Default: `false`, which refuses. */
  readonly atMost?: boolean;
  /** Shown to the owner; `null` for none. */
  readonly reason: string | null;
  /** Idempotency key, unique per account: the same key moves credits once. */
  readonly key: string;
  /** Credits that the account gets if this creates it; 0 for none. */
  readonly initialGrant: number;
  /** Absent: the movement is never refused for an erasure. */
  readonly erasures?: ErasureCheck;
}

/**
 * `refused`: the balance would fall below 0. `too_much`: the balance plus all possible refunds would exceed a safe
 * integer. `mismatch`: the key was used for another amount. `owner_erased`: the account's owner was erased after the
 * request began. `moved`: the amount by which the key changed the balance.
 */
export type AdjustVerdict =
  | { readonly type: "applied" | "replayed"; readonly balance: number; readonly moved: number }
  | { readonly type: "refused"; readonly available: number }
  | { readonly type: "too_much"; readonly balance: number }
  | { readonly type: "mismatch" }
  | { readonly type: "owner_erased" };

/** A page of an account. */
export interface CreditsList {
  /** `null` if the account does not exist. */
  readonly balance: number | null;
  /** Newest first. */
  readonly entries: readonly LedgerRecord[];
  readonly hasMore: boolean;
}

/** A violated invariant of the ledger. */
export interface AuditViolation {
  /** Stable name of the check, such as `balance_equals_ledger`. */
  readonly check: string;
  /** The account, generation or entry that violates it. */
  readonly subject: string;
  readonly detail: string;
}

/** Charges of one provider for one model, in one unit. */
export interface CostRecord {
  readonly model: string;
  readonly providerId: string;
  /** The vendor's own unit; `null` for attempts without reported costs. */
  readonly unit: string | null;
  /** All attempts with this unit, including rejected and failed ones. An attempt counts once for each of its units. */
  readonly attempts: number;
  /** In `unit`; 0 if `unit` is `null`. */
  readonly amount: number;
  /**
   * Credits kept, after refunds, of the generations that ended with one of these attempts. An attempt with several
   * units counts them for its first unit only, so that the credits of all records add up.
   */
  readonly credits: number;
}

/** The part of the store that keeps the ledger, beyond the entries of a generation's own life. */
export interface CreditsStore {
  /** Applies a grant or adjustment of the host. */
  adjust(command: AdjustCommand): Promise<AdjustVerdict>;
  /** Key of ledger entry ids and owner tags: 32 hexadecimal digits, created with the tables, never changed. */
  readEntryKey(): Promise<string>;
  /** Balance and entries, newest first; `before` is the id of the last entry of the previous page. */
  listCredits(query: {
    readonly accountId: string;
    readonly limit: number;
    readonly before: number | null;
  }): Promise<CreditsList>;
  /**
   * Adds up the costs of generations that were submitted in a span of time.
   *
   * @param span epoch milliseconds, `to` exclusive.
   */
  readCosts(span: { readonly from: number; readonly to: number }): Promise<readonly CostRecord[]>;
  /**
   * Recomputes all balances from the ledger. Returns an empty list if every invariant holds.
   *
   * @param options.storingGraceMs how long past its deadline a result may still be stored. Default: one hour.
   */
  audit(options?: { readonly storingGraceMs: number }): Promise<readonly AuditViolation[]>;
}
