import type { PageRequest, TablePages } from "../../copy/copied-database.js";
import { type CopiedRow, type CopiedTable, copiedRowsOf } from "../../copy/copied-tables.js";
import type { FileConnection } from "../executor/file-connection.js";
import type { CopiedFileConnection } from "./copied-file-connection.js";
import { markedRun } from "./file-mark.js";
import { enterCopyTransaction, leaveCopyTransaction } from "./freeze-statements.js";

/** The rows of a file. */
export function filePages(file: CopiedFileConnection): TablePages {
  /** Runs a transaction of an unfinished copy, if this run has marked it. */
  const whileMarked = (run: string, change: (connection: FileConnection) => void): void =>
    file.inTransaction((connection) => {
      if (markedRun(connection) !== run) throw file.takenOver();
      connection.exec(enterCopyTransaction);
      change(connection);
      connection.exec(leaveCopyTransaction);
    });
  return {
    async count(table) {
      const [row] = file.get().all(`SELECT count(*) AS n FROM ${nameOf(table)} WHERE ${copiedRowsOf(table)}`);
      return Number(row?.n);
    },
    async read(request) {
      const { after, limit, maxBytes } = request;
      const rows = file.get().all(selectPage(request), { ...argumentsOf(after ?? []), limit, maxBytes });
      // The cast is safe: the driver returns the columns in order, and the query casts the integers to text.
      return rows.map((row) => Object.values(row) as CopiedRow);
    },
    async write({ inserted, removed, table }, run) {
      const key = table.key.map((column, index) => `${quoted(column)} = ${parameter({ table, column, index })}`);
      const columns = Object.keys(table.columns);
      // REPLACE also removes rows that have one of the unique values of the new row.
      const insert = `INSERT OR REPLACE INTO ${nameOf(table)} (${columns.map(quoted).join(", ")})
        VALUES (${columns.map((_, index) => `:c${index}`).join(", ")})`;
      whileMarked(run, (connection) => {
        for (const row of removed) {
          connection.run(`DELETE FROM ${nameOf(table)} WHERE ${key.join(" AND ")}`, argumentsOf(row));
        }
        for (const row of inserted) connection.run(insert, argumentsOf(row));
      });
    },
    async readCounter(table) {
      const text = "SELECT CAST(seq AS TEXT) AS last FROM sqlite_sequence WHERE name = :name";
      const [row] = file.get().all(text, { name: nameOf(table) });
      return String(row?.last ?? 0);
    },
    async writeCounter(table, { last, run }) {
      const name = nameOf(table);
      whileMarked(run, (connection) => {
        connection.run("DELETE FROM sqlite_sequence WHERE name = :name", { name });
        connection.run("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, CAST(:last AS INTEGER))", {
          name,
          last,
        });
      });
    },
  };
}

/** The inner query has no values besides the key: it may read more rows than the page has. */
function selectPage({ after, table }: PageRequest): string {
  const key = table.key.map(quoted).join(", ");
  const columns = Object.entries(table.columns).map(([name, kind]) =>
    kind === "integer" ? `CAST(${quoted(name)} AS TEXT) AS ${quoted(name)}` : quoted(name),
  );
  const sizes = Object.entries(table.columns).map(([name, kind]) =>
    kind === "text" ? `coalesce(octet_length(${quoted(name)}), 0)` : "8",
  );
  const bound = table.key.map((column, index) => parameter({ table, column, index }));
  const start = after === null ? "true" : `(${key}) > (${bound.join(", ")})`;
  const rows = `FROM ${nameOf(table)} WHERE ${start} AND ${copiedRowsOf(table)}`;
  const order = table.key.map((column) => `${nameOf(table)}.${quoted(column)}`).join(", ");
  return `SELECT ${columns.join(", ")} ${rows} AND (${key}) <= (
      SELECT ${key} FROM (
        SELECT ${key}, sum(bytes) OVER (ORDER BY ${key} ROWS UNBOUNDED PRECEDING) - bytes AS bytes_before FROM (
          SELECT ${key}, ${sizes.join(" + ")} AS bytes ${rows} ORDER BY ${order} LIMIT :limit))
      WHERE bytes_before < :maxBytes ORDER BY ${table.key.map((column) => `${quoted(column)} DESC`).join(", ")} LIMIT 1)
    ORDER BY ${order}`;
}

function nameOf({ name }: CopiedTable): string {
  return `safelight_${name}`;
}

function quoted(name: string): string {
  return `"${name}"`;
}

/** Integers arrive as text, which compares with numbers only after a cast. */
function parameter({
  column,
  index,
  table,
}: {
  readonly table: CopiedTable;
  readonly column: string;
  readonly index: number;
}): string {
  return table.columns[column] === "integer" ? `CAST(:c${index} AS INTEGER)` : `:c${index}`;
}

function argumentsOf(values: CopiedRow): Record<string, string | number | null> {
  return Object.fromEntries(values.map((value, index) => [`c${index}`, value]));
}
