import type { LedgerEntry } from "../../contract/wire.js";

/** The credits of one account: every movement, and what they add up to. */
export class Ledger {
  readonly #entries: LedgerEntry[] = [];
  readonly #initialGrant: number;
  #isOpen = false;

  constructor(initialGrant: number) {
    this.#initialGrant = initialGrant;
  }

  /** An account that nothing has touched yet reads as what it will start with. */
  get balance(): number {
    return this.#entries.reduce((sum, { amount }) => sum + amount, this.#isOpen ? 0 : this.#initialGrant);
  }

  /** Newest first. */
  get entries(): readonly LedgerEntry[] {
    return this.#entries.toReversed();
  }

  /** Whatever touches an account first writes down what it starts with. */
  open(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    if (this.#initialGrant > 0) this.#write({ kind: "grant", amount: this.#initialGrant, reason: "initial" });
  }

  post(entry: Posting): void {
    this.open();
    this.#write(entry);
  }

  #write({ reason = null, generationId = null, ...entry }: Posting): void {
    const id = String(this.#entries.length + 1);
    this.#entries.push({ ...entry, id, reason, generationId, createdAt: new Date().toISOString() });
  }
}

type Posting = Pick<LedgerEntry, "kind" | "amount"> & Partial<Pick<LedgerEntry, "reason" | "generationId">>;
