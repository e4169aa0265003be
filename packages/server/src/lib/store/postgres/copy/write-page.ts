import type { CopiedRow, CopiedValue } from "../../copy/copied-database.js";
import type { ColumnKind, CopiedTable } from "../../copy/copied-tables.js";
import { type Names, withNames } from "../text/names.js";

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

const types: Readonly<Record<ColumnKind, string>> = { text: "text", integer: "bigint", real: "float8" };

/** Deletes the rows that have these values in these columns. */
export function removeRows({
  columns,
  names,
  rows,
  table,
}: PageRows & { readonly columns: readonly string[] }): PageStatement {
  const lists = columns.map((column, index) => `$${index + 1}::${types[table.columns[column] ?? "text"]}[]`);
  const conditions = columns.map((column, index) => `t."${column}" = u.c${index}`);
  const text = `DELETE FROM @${table.name} t USING unnest(${lists.join(", ")})
    AS u (${columns.map((_, index) => `c${index}`).join(", ")}) WHERE ${conditions.join(" AND ")}`;
  return { text: withNames(text, names), values: listsOf(rows, columns.length) };
}

/** Inserts rows with all columns. */
export function insertPage({ names, rows, table }: PageRows): PageStatement {
  const columns = { ...table.columns, ...(table.name === "outbox" && derivedKinds) };
  const whole = table.name === "outbox" ? rows.map((row) => withJob(table, row)) : rows;
  const lists = Object.values(columns).map((kind, index) => `$${index + 1}::${types[kind]}[]`);
  const text = `INSERT INTO @${table.name} (${Object.keys(columns)
    .map((name) => `"${name}"`)
    .join(", ")})
    SELECT * FROM unnest(${lists.join(", ")})`;
  return { text: withNames(text, names), values: listsOf(whole, lists.length) };
}

/** One list for each column. */
function listsOf(rows: readonly CopiedRow[], columns: number): CopiedValue[][] {
  return Array.from({ length: columns }, (_, index) => rows.map((row) => row[index] ?? null));
}

/** Columns of the outbox that libSQL reads from the payload. */
const derivedKinds = { generation_id: "text", model: "text" } as const;

/** Adds the generation and the model of a job to cancel. Without them, a damaged payload is dropped after a day. */
function withJob(table: CopiedTable, row: CopiedRow): CopiedRow {
  const columns = Object.keys(table.columns);
  if (row[columns.indexOf("topic")] !== "cancel_job") return [...row, null, null];
  const payload = parse(row[columns.indexOf("payload")]);
  return [...row, String(payload.generationId ?? ""), String(payload.model ?? "")];
}

function parse(payload: unknown): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(String(payload));
    // The cast is safe: any object may be read by name.
    return typeof parsed === "object" && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
