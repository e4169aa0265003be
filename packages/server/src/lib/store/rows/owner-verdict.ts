import type { EraseVerdict, TransferVerdict } from "../../ports/store/owner-store.js";
import type { RemoveVerdict } from "../../ports/store/store-commands.js";

/** The reasons why a transfer moved nothing. Flags are 0 or 1. */
export interface TransferredRow {
  readonly is_erased: number;
  readonly is_shared: number;
  readonly is_too_much: number;
}

/** @param teamIds of the transferred generations. */
export function toTransferVerdict(row: TransferredRow, teamIds: readonly string[]): TransferVerdict {
  if (row.is_erased === 1) return { type: "owner_erased" };
  if (row.is_shared === 1) return { type: "shared_account" };
  return row.is_too_much === 1 ? { type: "too_much" } : { type: "transferred", teamIds };
}

/** The outcome of one command of an erasure. `generation_id`: an erased generation; null for none. */
export interface ErasedRow {
  readonly is_erased: number;
  readonly generation_id: string | null;
}

/** @param teamIds of the erased generations. */
export function toEraseVerdict(row: ErasedRow, teamIds: readonly string[]): EraseVerdict {
  return { isErased: row.is_erased === 1, generationId: row.generation_id, teamIds };
}

/** A generation after its removal. `deleted_at`: null while it is active. */
export interface RemovedRow {
  readonly deleted_at: number | null;
  readonly team_id: string | null;
}

/** @param row absent if the owner has no such generation. */
export function toRemoveVerdict(row: RemovedRow | null): RemoveVerdict {
  if (row === null) return { type: "not_found" };
  return row.deleted_at === null ? { type: "not_terminal" } : { type: "removed", teamId: row.team_id };
}
