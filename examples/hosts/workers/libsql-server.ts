import type { IncomingMessage } from "node:http";
import { DatabaseSync } from "node:sqlite";
import { text } from "node:stream/consumers";
import { type LocalServer, startServer } from "./start-server.ts";

type Value =
  | { readonly type: "null" }
  | { readonly type: "integer"; readonly value: string }
  | { readonly type: "float"; readonly value: number }
  | { readonly type: "text"; readonly value: string };

interface Statement {
  readonly sql?: string;
  readonly sql_id?: number;
  readonly named_args?: readonly { readonly name: string; readonly value: Value }[];
}

type Condition =
  | { readonly type: "ok" | "error"; readonly step: number }
  | { readonly type: "not"; readonly cond: Condition }
  | { readonly type: "and"; readonly conds: readonly Condition[] }
  | { readonly type: "or"; readonly conds: readonly Condition[] };

interface Step {
  readonly stmt: Statement;
  readonly condition?: Condition | null;
}

type Call =
  | { readonly type: "store_sql"; readonly sql_id: number; readonly sql: string }
  | { readonly type: "batch"; readonly batch: { readonly steps: readonly Step[] } }
  | { readonly type: "close" };

/**
 * Serves an SQLite database in memory over the part of libSQL's HTTP protocol that batches of `@libsql/client` use.
 *
 * @see https://github.com/tursodatabase/libsql/blob/main/docs/HTTP_V2_SPEC.md
 */
export function startLibsqlServer(): Promise<LocalServer> {
  const database = new DatabaseSync(":memory:");
  return startServer(async (request, response) => {
    const results = runPipeline(database, await readCalls(request));
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ baton: null, base_url: null, results }));
  });
}

async function readCalls(request: IncomingMessage): Promise<readonly Call[]> {
  return JSON.parse(await text(request)).requests;
}

/** Runs a pipeline synchronously as its own stream: a transaction that it leaves open is rolled back. */
function runPipeline(database: DatabaseSync, calls: readonly Call[]): readonly unknown[] {
  const stored = new Map<number, string>();
  try {
    return calls.map((call) => {
      if (call.type === "store_sql") stored.set(call.sql_id, call.sql);
      const result = call.type === "batch" ? { result: runBatch(database, call.batch.steps, stored) } : {};
      return { type: "ok", response: { type: call.type, ...result } };
    });
  } finally {
    if (database.isTransaction) database.exec("ROLLBACK");
  }
}

function runBatch(database: DatabaseSync, steps: readonly Step[], stored: ReadonlyMap<number, string>): unknown {
  const results: unknown[] = [];
  const errors: unknown[] = [];
  const holds = (condition: Condition): boolean => {
    if (condition.type === "not") return !holds(condition.cond);
    if (condition.type === "and") return condition.conds.every(holds);
    if (condition.type === "or") return condition.conds.some(holds);
    return (condition.type === "ok" ? results : errors)[condition.step] !== null;
  };
  for (const [index, { stmt, condition }] of steps.entries()) {
    results[index] = null;
    errors[index] = null;
    if (condition !== undefined && condition !== null && !holds(condition)) continue;
    try {
      results[index] = runStatement(database, stmt, stored);
    } catch (error) {
      // The driver's errors have SQLite's error code.
      const { errcode = 1 } = error as { readonly errcode?: number };
      errors[index] = { message: String(error), code: errcode % 256 === 19 ? "SQLITE_CONSTRAINT" : "SQLITE_ERROR" };
    }
  }
  return { step_results: results, step_errors: errors };
}

function runStatement(database: DatabaseSync, stmt: Statement, stored: ReadonlyMap<number, string>): unknown {
  const { sql = stored.get(stmt.sql_id ?? -1) ?? "", named_args = [] } = stmt;
  const statement = database.prepare(sql);
  statement.setAllowUnknownNamedParameters(true);
  const rows = statement.all(Object.fromEntries(named_args.map(({ name, value }) => [name, fromWire(value)])));
  const names = Object.keys(rows[0] ?? {});
  return {
    cols: names.map((name) => ({ name, decltype: null })),
    rows: rows.map((row) => names.map((name) => toWire(row[name]))),
    affected_row_count: 0,
    last_insert_rowid: null,
  };
}

function fromWire(value: Value): string | number | null {
  if (value.type === "null") return null;
  return value.type === "integer" ? Number(value.value) : value.value;
}

function toWire(value: unknown): Value {
  if (value === null || value === undefined) return { type: "null" };
  if (typeof value !== "number") return { type: "text", value: String(value) };
  return Number.isSafeInteger(value) ? { type: "integer", value: String(value) } : { type: "float", value };
}
