import type { SqlValue } from "./executor.js";

/** One statement of a batch, with named arguments. */
export interface BatchStatement {
  readonly sql: string;
  readonly args: Record<string, SqlValue>;
}

/** The result of one statement of a batch. */
export interface BatchResult {
  readonly rows: ArrayLike<unknown>;
  readonly columns: readonly string[];
}

/** The only method of an `@libsql/client` client that the executor calls. */
export interface BatchClient {
  batch(statements: BatchStatement[], mode: "read" | "write"): Promise<BatchResult[]>;
}
