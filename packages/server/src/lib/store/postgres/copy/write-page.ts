import type { CopiedRow, CopiedTable, CopiedValue } from "../../copy/copied-tables.js";
import { type Names, withNames } from "../text/names.js";
import { columnCasts } from "./column-casts.js";

/** A statement of `pg`. */
interface PageStatement {
  readonly text: string;
  readonly values: (readonly CopiedValue[])[];
}

interface PageRows {
  readonly table: CopiedTable;
  readonly rows: readonly CopiedRow[];
  readonly names: Names;
}

/** Deletes the rows that have these values in these columns. */
export function removeRows({
  columns,
  names,
  rows,
  table,
}: PageRows & { readonly columns: readonly string[] }): PageStatement {
  const lists = columns.map((column, index) => `$${index + 1}::${columnCasts[table.columns[column] ?? "text"]}[]`);
  const conditions = columns.map((column, index) => `t."${column}" = u.c${index}`);
  const text = `DELETE FROM @${table.name} t USING unnest(${lists.join(", ")})
    AS u (${columns.map((_, index) => `c${index}`).join(", ")}) WHERE ${conditions.join(" AND ")}`;
  return { text: withNames(text, names), values: listsOf(rows, columns.length) };
}

/** Inserts rows with all columns. */
export function insertPage({ names, rows, table }: PageRows): PageStatement {
  const copied = Object.entries(table.columns).map(([name, kind]) => ({ name, type: columnCasts[kind] }));
  const derived = Object.keys(table.derived).map((name) => ({ name, type: columnCasts.text }));
  const columns = [...copied, ...derived];
  const whole = rows.map((row) => [...row, ...Object.values(table.derived).map((derive) => derive(row))]);
  const lists = columns.map(({ type }, index) => `$${index + 1}::${type}[]`);
  const text = `INSERT INTO @${table.name} (${columns.map(({ name }) => `"${name}"`).join(", ")})
    SELECT * FROM unnest(${lists.join(", ")})`;
  return { text: withNames(text, names), values: listsOf(whole, lists.length) };
}

/** One list for each column. */
function listsOf(rows: readonly CopiedRow[], columns: number): CopiedValue[][] {
  return Array.from({ length: columns }, (_, index) => rows.map((row) => row[index] ?? null));
}
