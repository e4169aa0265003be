import { setImmediate } from "node:timers";
import { expect, it } from "vitest";
import type { PageRequest, TablePages } from "./copied-database.js";
import { type CopiedRow, copiedTables } from "./copied-tables.js";
import { copyTable } from "./copy-table.js";

const [table] = copiedTables;
if (table === undefined) throw new Error("There are copied tables.");

/** Pages of some rows of the settings, and each request for a page. */
function pagesOf(rows: readonly CopiedRow[]) {
  const requests: PageRequest[] = [];
  const read: TablePages["read"] = async (request) => {
    requests.push(request);
    const start = request.after === null ? 0 : rows.findIndex(([name]) => name === request.after?.[0]) + 1;
    return rows.slice(start, start + request.limit);
  };
  return { requests, read, write: async () => {} };
}

/** Names whose order is that of their numbers. */
const rows = (count: number): CopiedRow[] =>
  Array.from({ length: count }, (_, index) => [String(index).padStart(5, "0"), "value"]);

const copy = { table, run: "first", isVerified: false, onRows: () => {} };

it("lets other work run between two pages, so that a signal ends it", async () => {
  const [source, target] = [pagesOf(rows(3_000)), pagesOf([])];
  const interrupted = new AbortController();
  const read: TablePages["read"] = (request) => {
    setImmediate(() => interrupted.abort(new Error("interrupted")));
    return source.read(request);
  };
  const copied = copyTable({ ...copy, source: { read }, target, signal: interrupted.signal });
  await expect(copied).rejects.toThrow("interrupted");
  expect(source.requests).toHaveLength(1);
});

it("ends a pass at a page that is not full, while a host adds rows", async () => {
  const [source, target] = [pagesOf(rows(10)), pagesOf([])];
  const { signal } = new AbortController();
  expect(await copyTable({ ...copy, source, target, signal })).toEqual({ rows: 10, written: 10 });
  expect(source.requests).toHaveLength(1);
});

it("continues after a page that its max bytes have ended", async () => {
  const large = (index: number): CopiedRow => [`large-${index}`, "é".repeat(1_000_000)];
  const all = [...rows(1_500), large(1), large(2), large(3), large(4)];
  const pages = pagesOf(all);
  const read: TablePages["read"] = async (request) => {
    const page = await pages.read(request);
    const end = page.findIndex((_, index) => sizeOf(page.slice(0, index + 1)) >= request.maxBytes);
    return end < 0 ? page : page.slice(0, end + 1);
  };
  const { signal } = new AbortController();
  const sizes: number[] = [];
  const onRows = (count: number) => sizes.push(count);
  expect(await copyTable({ ...copy, source: { read }, target: pagesOf([]), signal, onRows })).toEqual({
    rows: all.length,
    written: all.length,
  });
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(all.length);
  expect(Math.max(...pages.requests.map(({ maxBytes }) => maxBytes))).toBe(4_000_000);
});

function sizeOf(page: readonly CopiedRow[]): number {
  return page.flat().reduce<number>((sum, value) => sum + Buffer.byteLength(String(value)), 0);
}
