import type { LedgerEntryKind } from "@safelight/client/contract";

/** A movement of credits as the store keeps it. */
export interface LedgerRecord {
  readonly id: number;
  readonly kind: LedgerEntryKind;
  readonly amount: number;
  readonly reason: string | null;
  readonly generationId: string | null;
  /** Whose generation it is now; `null` when it belongs to none. */
  readonly ownerId: string | null;
  readonly createdAt: number;
}

/** A movement that the host makes. */
export interface AdjustCommand {
  readonly accountId: string;
  readonly kind: "grant" | "adjustment";
  /** Signed safe integer. */
  readonly amount: number;
  readonly reason: string | null;
  /** Unique per account: the same key moves credits once. */
  readonly key: string;
  readonly initialGrant: number;
}

/**
 * `refused`: the balance would fall below 0. `too_much`: with all that may still come back to the account it would be more
 * than a safe integer. `mismatch`: the key was used for another amount.
 */
export type AdjustVerdict =
  | { readonly type: "applied" | "replayed"; readonly balance: number }
  | { readonly type: "refused"; readonly available: number }
  | { readonly type: "too_much"; readonly balance: number }
  | { readonly type: "mismatch" };

export interface CreditsList {
  /** `null` when the account was never seen. */
  readonly balance: number | null;
  readonly entries: readonly LedgerRecord[];
  readonly hasMore: boolean;
}

/** One broken promise of the books. */
export interface AuditViolation {
  /** Stable name of the check, such as `balance_equals_ledger`. */
  readonly check: string;
  /** The account, generation or entry that breaks it. */
  readonly subject: string;
  readonly detail: string;
}

/** What one provider charged for one model, in one unit. */
export interface CostRecord {
  readonly model: string;
  readonly providerId: string;
  /** The vendor's own; `null` for attempts of which it said nothing. */
  readonly unit: string | null;
  /** All attempts with this unit, refused and failed ones included: one that has several counts with each. */
  readonly attempts: number;
  /** In `unit`; 0 where that is `null`. */
  readonly amount: number;
  /**
   * Credits kept, after refunds, of the generations that came to their end with one of these attempts. Those of an attempt
   * with several units are beside its first alone, so that credits of all records add up.
   */
  readonly credits: number;
}

/** The part of the store that keeps the books beyond what a generation's own life moves. */
export interface CreditsStore {
  /** Moves credits by the host's word. */
  adjust(command: AdjustCommand): Promise<AdjustVerdict>;
  /** Key that encrypts ledger entry ids: 32 hexadecimal digits, created with the tables, never changed. */
  readEntryKey(): Promise<string>;
  /** Balance and entries, newest first; `before` is the id of the last entry of the page before. */
  listCredits(query: {
    readonly accountId: string;
    readonly limit: number;
    readonly before: number | null;
  }): Promise<CreditsList>;
  /**
   * Adds up what providers charged for generations that were submitted in a span of time.
   *
   * @param span epoch milliseconds, `to` not included.
   */
  readCosts(span: { readonly from: number; readonly to: number }): Promise<readonly CostRecord[]>;
  /**
   * Recomputes everything from the ledger. Empty when every promise holds.
   *
   * @param options.storingGraceMs how long beyond its deadline a result may take to be stored; an hour if it is not given.
   */
  audit(options?: { readonly storingGraceMs: number }): Promise<readonly AuditViolation[]>;
}
