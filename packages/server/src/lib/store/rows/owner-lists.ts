import type { ActiveList, ChangeList, GenerationList } from "../../ports/store/store-queries.js";
import { type GenerationRow, toGeneration } from "./generation-row.js";

/** A generation of a page. `found`: the number of matches before the page was cut by its bytes. */
export type PageRow = GenerationRow & { readonly found: number };

/** The owner's sequence, the timeline and the time, in the snapshot of a list. */
export interface EndRow {
  readonly sequence: number;
  readonly timeline: string;
  readonly now: number;
}

/** End of the owner's event log. `resync`: 1 if the log cannot be continued from the sequence of the query. */
export interface LogEndRow extends Omit<EndRow, "now"> {
  readonly resync: number;
}

/** @param found one more active generation than `limit`, if there are more. */
export function toActiveList(
  rows: {
    readonly found: readonly PageRow[];
    readonly unseen: readonly GenerationRow[];
    readonly unseenCount: number;
    readonly end: EndRow;
  },
  limit: number,
): ActiveList {
  const { end, found, unseen, unseenCount } = rows;
  const active = found.slice(0, limit).map(toGeneration);
  const hasMore = (found[0]?.found ?? 0) > active.length;
  return {
    // Ids sort by creation time.
    active: active.toSorted((left, right) => (left.id < right.id ? 1 : -1)),
    hasMore,
    unseen: unseen.map(toGeneration),
    unseenCount,
    sequence: (hasMore ? active.at(-1) : end)?.sequence ?? end.sequence,
    timeline: end.timeline,
    now: end.now,
  };
}

/** @param found one more generation than `limit`, if there are more. */
export function toGenerationList(
  { end, found }: { readonly found: readonly PageRow[]; readonly end: Pick<EndRow, "sequence"> },
  limit: number,
): GenerationList {
  const generations = found.slice(0, limit).map(toGeneration);
  return { generations, hasMore: (found[0]?.found ?? 0) > generations.length, sequence: end.sequence };
}

/** @param found one more change than `limit`, if there are more. */
export function toChangeList(
  { end, found }: { readonly found: readonly PageRow[]; readonly end: LogEndRow },
  limit: number,
): ChangeList {
  const { sequence, timeline } = end;
  if (end.resync === 1) return { changed: [], deleted: [], sequence, timeline, hasMore: false, resync: true };
  const rows = found.slice(0, limit);
  const hasMore = (found[0]?.found ?? 0) > rows.length;
  return {
    changed: rows.filter((row) => row.deletedAt === null).map(toGeneration),
    deleted: rows
      .filter((row) => row.deletedAt !== null)
      .map((row) => ({ id: row.id, sequence: Number(row.sequence) })),
    sequence: hasMore ? Number(rows.at(-1)?.sequence) : sequence,
    timeline,
    hasMore,
    resync: false,
  };
}
