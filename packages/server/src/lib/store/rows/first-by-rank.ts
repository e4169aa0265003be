import type { WaitingList } from "../../ports/store/queue-reading.js";
import type { SqlRow } from "./sql-row.js";

/** The first rows of several lists, each with `id` and `rank`. */
export function firstByRank(rows: readonly SqlRow[], limit: number): WaitingList["waiting"] {
  return rows
    .map(({ id, rank }) => ({ id: String(id), rank: Number(rank) }))
    .toSorted((a, b) => a.rank - b.rank)
    .slice(0, limit);
}
