import { errorLine } from "../../../ports/error-text.js";
import { StoreUnavailable } from "../../../ports/store/store-unavailable.js";
import { PendingCalls } from "../../calls/pending-calls.js";
import { retryCall } from "../../calls/retry-call.js";
import type { SqlRow } from "../../rows/sql-row.js";
import { namedArguments } from "./bind-arguments.js";
import type { Command, Executor, SqlArguments, SqlValue } from "./executor.js";
import { isBusy, isFrozen, isOwnFault } from "./sqlite-error.js";

/** The only method of an `@libsql/client` client that the executor calls. */
export interface BatchClient {
  batch(
    statements: { sql: string; args: Record<string, SqlValue> }[],
    mode: "read" | "write",
  ): Promise<{ rows: ArrayLike<unknown>; columns: string[] }[]>;
}

/** Options of a remote database. */
export interface BatchExecutorOptions {
  /** A client of the host: the executor never closes it. */
  readonly client: BatchClient;
  /** Max time for a command including retries, in milliseconds. */
  readonly busyTimeoutMs: number;
  readonly random: () => number;
  /** Interval at which commits by other nodes are assumed, in milliseconds: a remote database does not report them. */
  readonly pollMs: number;
}

/**
 * Accesses a database through a client. Each command is one batch, which the server runs as one transaction. Avoids
 * interactive transactions: a remote server may end one by itself, and later statements would run outside it
 * (turso-cli#671).
 */
export class BatchExecutor implements Executor {
  readonly #options: BatchExecutorOptions;
  readonly #calls = new PendingCalls();

  constructor(options: BatchExecutorOptions) {
    this.#options = options;
  }

  async write(command: Command): Promise<readonly SqlRow[]> {
    const results = await this.#send(command.statements, { args: command.args, mode: "write" });
    return results.at(-1) ?? [];
  }

  read(statements: readonly string[], args: SqlArguments): Promise<readonly (readonly SqlRow[])[]> {
    return this.#send(statements, { args, mode: "read" });
  }

  onForeignCommit(listener: () => void): () => void {
    return this.#calls.poll(listener, this.#options.pollMs);
  }

  /** Does nothing: only a write can show whether the server accepts writes. */
  async verify(): Promise<void> {}

  /** Does nothing: the client belongs to the host. */
  release(): void {}

  close(): Promise<void> {
    return this.#calls.close();
  }

  #send(
    statements: readonly string[],
    { args, mode }: { readonly args: SqlArguments; readonly mode: "read" | "write" },
  ): Promise<readonly (readonly SqlRow[])[]> {
    const { busyTimeoutMs, client, random } = this.#options;
    return this.#calls.run(async () => {
      const batch = statements.map((sql) => ({ sql, args: namedArguments(sql, args) }));
      const send = () => client.batch(batch, mode);
      const faults = { isFrozen, isOwnFault, toUnavailable: unavailable };
      const results = await retryCall({ send, busyTimeoutMs, random, ...faults });
      return results.map(({ rows, columns }) => Array.from(rows, (row) => toRow(row, columns)));
    });
  }
}

/** The message is for the log only: errors of the client may name hosts, so never show it to a caller. */
function unavailable(cause: unknown): StoreUnavailable {
  if (isBusy(cause)) return new StoreUnavailable("The database stayed busy.", { cause, isBusy: true });
  const message = `Could not reach the database (${errorLine(cause)}): check its URL and token.`;
  return new StoreUnavailable(message, { cause });
}

/** Copies a row to a plain object: client rows also have numeric properties. The row type allows indexing by name. */
function toRow(row: unknown, columns: readonly string[]): SqlRow {
  const values = row as Readonly<Record<string, unknown>>;
  return Object.fromEntries(columns.map((column) => [column, toValue(values[column])]));
}

/** A client may be configured to return integers as `bigint`. All of ours are safe integers, by CHECK or by nature. */
function toValue(value: unknown): unknown {
  return typeof value === "bigint" ? Number(value) : value;
}
