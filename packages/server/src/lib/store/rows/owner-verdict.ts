import type { EraseVerdict, TransferVerdict } from "../../ports/store/owner-store.js";

/** The reasons why a transfer moved nothing. Flags are 0 or 1. */
export interface TransferredRow {
  readonly is_erased: number;
  readonly is_shared: number;
  readonly is_too_much: number;
}

export function toTransferVerdict(row: TransferredRow): TransferVerdict {
  if (row.is_erased === 1) return "owner_erased";
  if (row.is_shared === 1) return "shared_account";
  return row.is_too_much === 1 ? "too_much" : "transferred";
}

/** The outcome of one command of an erasure. `generation_id`: an erased generation; null for none. */
export interface ErasedRow {
  readonly is_erased: number;
  readonly generation_id: string | null;
}

export function toEraseVerdict(row: ErasedRow): EraseVerdict {
  return { isErased: row.is_erased === 1, generationId: row.generation_id };
}
