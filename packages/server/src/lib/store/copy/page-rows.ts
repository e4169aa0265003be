import type { CopiedRow } from "./copied-database.js";

const minRows = 20;
const maxRows = 1_000;
/** Characters of a page. Two pages, and the statement that writes one, are in memory at the same time. */
const maxPageLength = 4_000_000;

/** The number of rows of the next page, from the size of those of the last one: generations may have large inputs. */
export function nextPageRows(rows: readonly CopiedRow[]): number {
  if (rows.length === 0) return 200;
  const length = rows.reduce((sum, row) => sum + lengthOf(row), 0);
  return Math.min(Math.max(Math.floor((maxPageLength * rows.length) / length), minRows), maxRows);
}

function lengthOf(row: CopiedRow): number {
  return row.reduce<number>((sum, value) => sum + (typeof value === "string" ? value.length : 8), 0);
}
