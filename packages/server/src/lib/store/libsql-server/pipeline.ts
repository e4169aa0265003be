import { statSync } from "node:fs";
import Database from "libsql";
import { isAllowedStatement, isDataStatement } from "./allowed-statement.js";

/** A value in the encoding of the protocol. */
type WireValue =
  | { readonly type: "null" }
  | { readonly type: "integer"; readonly value: string }
  | { readonly type: "float"; readonly value: number }
  | { readonly type: "text"; readonly value: string };

interface WireStatement {
  readonly sql?: string;
  readonly sql_id?: number;
  readonly args?: readonly WireValue[];
  readonly named_args?: readonly { readonly name: string; readonly value: WireValue }[];
  readonly want_rows?: boolean;
}

type WireCondition =
  | { readonly type: "ok" | "error"; readonly step: number }
  | { readonly type: "not"; readonly cond: WireCondition }
  | { readonly type: "and" | "or"; readonly conds: readonly WireCondition[] };

interface WireStep {
  readonly stmt: WireStatement;
  readonly condition?: WireCondition | null;
}

/** One request of a pipeline: the types that `batch` and `execute` of `@libsql/client` send. */
export type WireRequest =
  | { readonly type: "store_sql"; readonly sql_id: number; readonly sql: string }
  | { readonly type: "batch"; readonly batch: { readonly steps: readonly WireStep[] } }
  | { readonly type: "execute"; readonly stmt: WireStatement }
  | { readonly type: "close" };

interface StepResult {
  readonly cols: readonly { readonly name: string; readonly decltype: null }[];
  readonly rows: readonly (readonly WireValue[])[];
  readonly affected_row_count: number;
  readonly last_insert_rowid: null;
}

interface StepError {
  readonly message: string;
  readonly code: string;
}

interface Connection {
  readonly database: Database.Database;
  /** Prepared statements by their SQL. */
  readonly statements: Map<string, Database.Statement>;
  /** Identity of the file on which the connection was opened. */
  readonly file: string;
  /** Whether the next pipeline may use it: not after an error, a pragma or a change of the schema. */
  isReusable: boolean;
}

/** Max prepared statements of a connection. */
const maxStatements = 1_000;

/**
 * Runs pipelines of libSQL's HTTP protocol on a database file. As on a server, a pipeline that ends without a commit is
 * rolled back.
 *
 * @see https://github.com/tursodatabase/libsql/blob/main/docs/HTTP_V2_SPEC.md (checked 2026-11-24)
 */
export class PipelineRunner {
  readonly #path: string;
  /** Kept for the next pipeline: a new connection reads the schema and prepares all statements again. */
  #kept: Connection | null = null;

  constructor(path: string) {
    this.#path = path;
  }

  run(requests: readonly WireRequest[]): readonly unknown[] {
    const connection = this.#take();
    const { database } = connection;
    const stored = new Map<number, string>();
    try {
      return requests.map((request) => {
        if (request.type === "store_sql") stored.set(request.sql_id, request.sql);
        return runRequest(connection, { request, stored });
      });
    } finally {
      if (database.inTransaction) database.exec("ROLLBACK");
      if (connection.isReusable && connection.statements.size <= maxStatements) this.#kept = connection;
      else database.close();
    }
  }

  close(): void {
    this.#kept?.database.close();
    this.#kept = null;
  }

  #take(): Connection {
    const kept = this.#kept;
    if (kept !== null && kept.file === identityOf(this.#path)) {
      this.#kept = null;
      return kept;
    }
    // The file was removed or replaced.
    this.close();
    const database = new Database(this.#path, { timeout: 1_000 });
    return { database, statements: new Map(), file: identityOf(this.#path), isReusable: true };
  }
}

/** Device and inode of a file; empty without one. */
function identityOf(path: string): string {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stats === undefined ? "" : `${stats.dev}:${stats.ino}`;
}

function runRequest(
  connection: Connection,
  { request, stored }: { readonly request: WireRequest; readonly stored: ReadonlyMap<number, string> },
) {
  const { type } = request;
  switch (type) {
    case "store_sql":
    case "close":
      return { type: "ok", response: { type } };
    case "batch":
      return { type: "ok", response: { type, result: runBatch(connection, { steps: request.batch.steps, stored }) } };
    case "execute":
      try {
        return {
          type: "ok",
          response: {
            type,
            result: runStatement(connection, { sql: sqlOf(request.stmt, stored), statement: request.stmt }),
          },
        };
      } catch (error) {
        connection.isReusable = false;
        return { type: "error", error: toStepError(error) };
      }
    default:
      return {
        type: "error",
        error: { message: `This server does not support "${String(type)}".`, code: "UNSUPPORTED" },
      };
  }
}

function sqlOf({ sql, sql_id }: WireStatement, stored: ReadonlyMap<number, string>): string {
  return sql ?? stored.get(sql_id ?? -1) ?? "";
}

/** The cast is safe: the driver's errors have SQLite's code. */
function toStepError(error: unknown): StepError {
  const { code, message } = error as { readonly code?: string; readonly message: string };
  return { message, code: code ?? "SQLITE_ERROR" };
}

function runBatch(
  connection: Connection,
  { steps, stored }: { readonly steps: readonly WireStep[]; readonly stored: ReadonlyMap<number, string> },
) {
  const results: (StepResult | null)[] = [];
  const errors: (StepError | null)[] = [];
  const holds = (condition: WireCondition): boolean => {
    switch (condition.type) {
      case "ok":
        return (results[condition.step] ?? null) !== null;
      case "error":
        return (errors[condition.step] ?? null) !== null;
      case "not":
        return !holds(condition.cond);
      case "and":
        return condition.conds.every(holds);
      case "or":
        return condition.conds.some(holds);
    }
  };
  for (const [index, { stmt, condition }] of steps.entries()) {
    results[index] = null;
    errors[index] = null;
    if (condition !== undefined && condition !== null && !holds(condition)) continue;
    try {
      results[index] = runStatement(connection, { sql: sqlOf(stmt, stored), statement: stmt });
    } catch (error) {
      connection.isReusable = false;
      errors[index] = toStepError(error);
    }
  }
  return { step_results: results, step_errors: errors };
}

function runStatement(
  connection: Connection,
  { sql, statement: { args = [], named_args = [] } }: { readonly sql: string; readonly statement: WireStatement },
): StepResult {
  if (!isAllowedStatement(sql)) throw new Error(`This server does not run "${sql.slice(0, 32)}".`);
  const named = Object.fromEntries(named_args.map(({ name, value }) => [name, fromWire(value)]));
  if (!isDataStatement(sql)) connection.isReusable = false;
  const statement = connection.statements.get(sql) ?? connection.database.prepare(sql);
  connection.statements.set(sql, statement);
  // The driver returns rows as objects by column name, and an empty list for a statement without rows.
  const rows = statement.all(args.length > 0 ? args.map(fromWire) : named) as Readonly<Record<string, unknown>>[];
  const names = Object.keys(rows[0] ?? {});
  return {
    cols: names.map((name) => ({ name, decltype: null })),
    rows: rows.map((row) => names.map((name) => toWire(row[name]))),
    affected_row_count: 0,
    last_insert_rowid: null,
  };
}

function fromWire(value: WireValue): string | number | null {
  if (value.type === "null") return null;
  return value.type === "integer" ? Number(value.value) : value.value;
}

function toWire(value: unknown): WireValue {
  if (value === null || value === undefined) return { type: "null" };
  if (typeof value !== "number") return { type: "text", value: String(value) };
  return Number.isSafeInteger(value) ? { type: "integer", value: String(value) } : { type: "float", value };
}
