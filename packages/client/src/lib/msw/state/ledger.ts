import type { LedgerEntry } from "../../contract/credits.js";

/** The ledger entries of one account, and their sum. */
export class Ledger {
  readonly #entries: LedgerEntry[] = [];
  readonly #initialGrant: number;
  #isGrantPosted = false;

  constructor(initialGrant: number) {
    this.#initialGrant = initialGrant;
  }

  /** An account without entries returns its initial grant. */
  get balance(): number {
    return this.#entries.reduce((sum, { amount }) => sum + amount, this.#isGrantPosted ? 0 : this.#initialGrant);
  }

  /** Newest first. */
  get entries(): readonly LedgerEntry[] {
    return this.#entries.toReversed();
  }

  /** Posts the initial grant before the first entry. */
  postInitialGrant(): void {
    if (this.#isGrantPosted) return;
    this.#isGrantPosted = true;
    if (this.#initialGrant > 0) this.#write({ kind: "grant", amount: this.#initialGrant, reason: "initial" });
  }

  post(entry: Posting): void {
    this.postInitialGrant();
    this.#write(entry);
  }

  #write({ reason = null, generationId = null, ...entry }: Posting): void {
    const id = String(this.#entries.length + 1);
    this.#entries.push({ ...entry, id, reason, generationId, causedBy: null, createdAt: new Date().toISOString() });
  }
}

type Posting = Pick<LedgerEntry, "kind" | "amount"> & Partial<Pick<LedgerEntry, "reason" | "generationId">>;
