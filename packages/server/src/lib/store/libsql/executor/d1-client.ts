import type { BatchClient } from "./batch-client.js";
import { numberedStatement, positionalArguments } from "./bind-arguments.js";
import type { SqlValue } from "./executor.js";

/**
 * The part of a D1 binding of Cloudflare Workers that the store uses. For `first`, `run` and `all` in your own code, use the type
 * `D1Database` that `npx wrangler types` writes.
 */
export interface D1Binding {
  prepare(sql: string): D1Statement;
  batch(statements: D1Statement[]): Promise<{ readonly results: readonly unknown[] }[]>;
}

/** The used part of a prepared statement of D1. */
export interface D1Statement {
  bind(...values: SqlValue[]): D1Statement;
}

/**
 * Adapts a D1 binding to batches. D1 runs each batch as one transaction. It accepts only numbered parameters, and its
 * errors have no `code`.
 */
export function d1Client(database: D1Binding): BatchClient {
  return {
    async batch(statements) {
      const prepared = statements.map(({ sql, args }) => {
        const numbered = numberedStatement(sql);
        return database.prepare(numbered.sql).bind(...positionalArguments(numbered.names, args));
      });
      try {
        const results = await database.batch(prepared);
        return results.map(({ results: rows }) => ({ rows, columns: Object.keys(rows[0] ?? {}) }));
      } catch (error) {
        throw withCode(error);
      }
    },
  };
}

/** Adds the SQLite result code, which D1 writes only into the message. Its last code is the most specific one. */
function withCode(error: unknown): unknown {
  if (!(error instanceof Error) || "code" in error) return error;
  const code = error.message.match(/\bSQLITE_[A-Z_]+/g)?.at(-1);
  return code === undefined ? error : Object.assign(new Error(error.message, { cause: error }), { code });
}
