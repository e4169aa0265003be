import type { PageRequest } from "./copied-database.js";
import type { CopiedRow, CopiedTable } from "./copied-tables.js";

const minRows = 20;
const maxRows = 1_000;
/** A page ends with the row that reaches this size. Two pages, and the statement that writes one, are in memory. */
export const maxPageBytes = 4_000_000;

/**
 * Max rows of the next page, from the size of those of the last one: generations may have large inputs. A database measures
 * that many rows to find the end of a page.
 */
export function nextPageRows(table: CopiedTable, rows: readonly CopiedRow[]): number {
  if (rows.length === 0) return 200;
  return Math.min(Math.max(Math.floor((maxPageBytes * rows.length) / bytesOf(table, rows)), minRows), maxRows);
}

/** Whether there may be rows after those of a page. The databases measure rows in the same way as `bytesOf`. */
export function isFull({ limit, maxBytes, table }: PageRequest, rows: readonly CopiedRow[]): boolean {
  return rows.length === limit || bytesOf(table, rows) >= maxBytes;
}

/** Text in UTF-8, and 8 bytes for each number. */
function bytesOf({ columns }: CopiedTable, rows: readonly CopiedRow[]): number {
  const isText = Object.values(columns).map((kind) => kind === "text");
  const sizes = rows.flatMap((row) =>
    row.map((value, index) => (isText[index] ? Buffer.byteLength(`${value ?? ""}`) : 8)),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
