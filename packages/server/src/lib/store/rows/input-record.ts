import type { InputRecord } from "../../ports/store/input-store.js";

/** An uploaded file from its row: the databases have 0 for both sides of a file without a size. */
export function toInputRecord(row: InputRecord): InputRecord {
  return { ...row, width: row.width || null, height: row.height || null };
}
