import type { AdjustCommand, AdjustVerdict } from "../../ports/store/credits-store.js";

/** The outcome of an adjustment. Flags are 0 or 1; `applied` and `is_erased` are null if the account does not exist. */
export interface AdjustedRow {
  /** 0 if the account does not exist. */
  readonly balance: number;
  /** Whether this command moved the credits, now or when it was first sent. */
  readonly applied: number | null;
  readonly is_erased: number | null;
  /** The movement that used the key; null for none. */
  readonly entry_amount: number | null;
  readonly entry_kind: string | null;
}

export function toAdjustVerdict({ amount, atMost, kind }: AdjustCommand, row: AdjustedRow): AdjustVerdict {
  const { balance } = row;
  if (row.applied === 1) return { type: "applied", balance, moved: row.entry_amount ?? amount };
  if (row.entry_amount !== null) {
    const moved = row.entry_amount;
    const isSame = atMost === true ? amount <= moved && moved <= 0 : moved === amount;
    return isSame && row.entry_kind === kind ? { type: "replayed", balance, moved } : { type: "mismatch" };
  }
  if (row.is_erased === 1) return { type: "owner_erased" };
  return amount < 0 ? { type: "refused", available: balance } : { type: "too_much", balance };
}
