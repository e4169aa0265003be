import type { RecordInputVerdict } from "../../ports/store/input-store.js";

/** Flags are 0 or 1. The other columns count only if the upload was not recorded. */
export interface RecordedInputRow {
  readonly is_recorded: number;
  readonly is_erased: number | null;
  readonly is_full: number | null;
  readonly retry_after_ms: number | null;
}

export function toInputVerdict(row: RecordedInputRow | null | undefined): RecordInputVerdict {
  if (row?.is_recorded === 1) return { type: "recorded" };
  if (row?.is_erased === 1) return { type: "owner_erased" };
  if (row?.is_full === 1) return { type: "quota_exceeded" };
  return { type: "rate_limited", retryAfterMs: Math.max(Math.ceil(Number(row?.retry_after_ms)), 1) };
}
