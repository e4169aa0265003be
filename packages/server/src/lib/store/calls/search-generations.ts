import type { FindGenerationsQuery, FoundGenerations } from "../../ports/store/operator-store.js";
import { findArguments, type SearchSource, sourceOf } from "../arguments/operator-arguments.js";
import { type ScanRow, type SummaryRow, toFound } from "../rows/operator-rows.js";

/** Arguments of the statements of a search. */
export type SearchArguments = ReturnType<typeof findArguments>;

type Search = (
  source: SearchSource,
  args: SearchArguments,
) => Promise<{ readonly rows: readonly SummaryRow[]; readonly scan: readonly ScanRow[] }>;

/**
 * Searches the active rows if the query matches no others. If more are active than one search reads, it searches by time
 * instead: only that order has a cursor by which later pages reach all rows.
 */
export async function searchGenerations(query: FindGenerationsQuery, search: Search): Promise<FoundGenerations> {
  const args = findArguments(query);
  const find = async (source: SearchSource) => {
    const { rows, scan } = await search(source, args);
    if (scan[0] === undefined) throw new Error("A search returned no count.");
    return { rows, scan: scan[0], isByTime: source !== "active" };
  };
  const source = sourceOf(query);
  let found = await find(source);
  if (!found.isByTime && found.scan.scanned >= args.scanLimit) found = await find("time");
  return toFound(found, { limit: query.limit, scanLimit: args.scanLimit });
}
