import { setImmediate } from "node:timers/promises";
import { compareKeys } from "./compare-keys.js";
import type { PageRequest, TablePages } from "./copied-database.js";
import type { CopiedRow, CopiedTable } from "./copied-tables.js";
import { isFull, maxPageBytes, nextPageRows } from "./page-rows.js";

/** One pass over one table. */
export interface TableCopy {
  readonly source: Pick<TablePages, "read">;
  readonly target: Pick<TablePages, "read" | "write">;
  readonly table: CopiedTable;
  /** The run that has marked the target. */
  readonly run: string;
  /** Reads each written page again, and compares it. For a source that does not change. */
  readonly isVerified: boolean;
  /** Ends the pass between two pages. */
  readonly signal: AbortSignal;
  /** Called after each page, with the number of its rows in the source. */
  readonly onRows: (count: number) => void;
}

/** The rows of the source, and how many were missing or different in the target. */
export interface CopiedCounts {
  readonly rows: number;
  readonly written: number;
}

/**
 * Makes a table of the target equal to that of the source: walks both in the order of the key, page by page, compares
 * each row, and writes the differences. It needs no position: the next pass finds the pages that are equal already.
 *
 * @throws {Error} if a verified page still differs: another process writes to one of the databases.
 */
export async function copyTable(copy: TableCopy): Promise<CopiedCounts> {
  const { onRows, run, signal, source, table, target } = copy;
  let [rows, written, limit] = [0, 0, nextPageRows(copy.table, [])];
  for (let after: CopiedRow | null = null; ; ) {
    // Files are read and written without waiting: signals and time limits need a turn of the event loop.
    await setImmediate();
    signal.throwIfAborted();
    const request = { table, after, limit, maxBytes: maxPageBytes };
    const pages = await Promise.all([target.read(request), source.read(request)]);
    const last = lastComparable(request, pages);
    const isComparable = (row: CopiedRow) => last === null || compareKeys(table, [row, last]) <= 0;
    const [existing = [], wanted = []] = pages.map((page) => page.filter(isComparable));
    const changes = differences(table, { existing, wanted });
    if (changes.removed.length + changes.inserted.length > 0) {
      await target.write({ table, ...changes }, run);
      if (copy.isVerified) await verify(target, { request, wanted, isComparable });
    }
    rows += wanted.length;
    written += changes.inserted.length;
    onRows(wanted.length);
    if (last === null) return { rows, written };
    after = last.slice(0, table.key.length);
    limit = nextPageRows(table, wanted);
  }
}

/** The smaller last key of the full pages: up to it, both pages are complete. `null` if neither page is full. */
function lastComparable(request: PageRequest, pages: readonly (readonly CopiedRow[])[]): CopiedRow | null {
  const ends = pages.filter((page) => isFull(request, page)).flatMap((page) => page.slice(-1));
  return ends.toSorted((left, right) => compareKeys(request.table, [left, right]))[0] ?? null;
}

/** The rows to remove from a page of the target, and those to insert. A changed row is both removed and inserted. */
function differences(
  table: CopiedTable,
  { existing, wanted }: { readonly existing: readonly CopiedRow[]; readonly wanted: readonly CopiedRow[] },
): { readonly removed: readonly CopiedRow[]; readonly inserted: readonly CopiedRow[] } {
  const removed: CopiedRow[] = [];
  const inserted: CopiedRow[] = [];
  let position = 0;
  const removeBefore = (row: CopiedRow | null) => {
    for (let other = existing[position]; other !== undefined; other = existing[position]) {
      if (row !== null && compareKeys(table, [other, row]) >= 0) return;
      removed.push(other.slice(0, table.key.length));
      position += 1;
    }
  };
  for (const row of wanted) {
    removeBefore(row);
    const other = existing[position];
    if (other !== undefined && compareKeys(table, [other, row]) === 0) {
      position += 1;
      if (isEqual(row, other)) continue;
      removed.push(row.slice(0, table.key.length));
    }
    inserted.push(row);
  }
  removeBefore(null);
  return { removed, inserted };
}

function isEqual(left: CopiedRow, right: CopiedRow): boolean {
  return left.every((value, index) => value === right[index]);
}

async function verify(
  target: Pick<TablePages, "read">,
  page: {
    readonly request: { readonly table: CopiedTable; readonly after: CopiedRow | null };
    readonly wanted: readonly CopiedRow[];
    readonly isComparable: (row: CopiedRow) => boolean;
  },
): Promise<void> {
  const { isComparable, request, wanted } = page;
  const found = await target.read({ ...request, limit: wanted.length + 1, maxBytes: Number.MAX_SAFE_INTEGER });
  const existing = found.filter(isComparable);
  const { inserted, removed } = differences(request.table, { existing, wanted });
  const different = inserted[0] ?? removed[0];
  if (different === undefined) return;
  const key = JSON.stringify(different.slice(0, request.table.key.length));
  throw new Error(
    `Row ${key} of ${request.table.name} differs after it was written: stop all other processes on the target.`,
  );
}
