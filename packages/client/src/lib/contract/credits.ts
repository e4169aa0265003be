/** Kind of a ledger entry. A `debit` is posted at submit, and resolved once by a `capture` or a `refund`. */
export type LedgerEntryKind = "grant" | "debit" | "capture" | "refund" | "adjustment";

/** One ledger entry, as the owner sees it. */
export interface LedgerEntry {
  readonly id: string;
  readonly kind: LedgerEntryKind;
  /** Signed change of the balance. 0 for a full capture. */
  readonly amount: number;
  /**
   * Cause of the entry; `null` if there is none. For a capture or refund, the outcome and the refund rule that applied,
   * separated by a space: `completed 3/4` (delivered of paid outputs), `failed:<failure code> 100%`, `canceled 100%`,
   * `canceled:withdrawn 100%` (no provider had accepted it), `canceled:dropped 0%` (the provider continues, and its
   * result is discarded).
   */
  readonly reason: string | null;
  /** `null` if it has none, or if it belongs to another owner of a shared account. */
  readonly generationId: string | null;
  /**
   * `operator`: an operator of the server caused the entry. With a `generationId`, an `adjustment` then refunds a completed
   * generation, and a `refund` belongs to a generation that the operator ended or canceled. `null`: any other cause.
   */
  readonly causedBy: "operator" | null;
  /** ISO 8601. */
  readonly createdAt: string;
}

/** Response of `GET /credits`: newest entries first. */
export interface CreditsResponse {
  /** In credits. */
  readonly balance: number;
  readonly entries: readonly LedgerEntry[];
  /** `null` on the last page. */
  readonly nextCursor: string | null;
  /** As in `ActiveResponse`: the owner who is signed in, even if others pay from the same account. */
  readonly ownerTag: string;
}
