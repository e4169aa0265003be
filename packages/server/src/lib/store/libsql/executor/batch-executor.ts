import { errorLine } from "../../../ports/error-text.js";
import { StoreUnavailable } from "../../../ports/store/store-unavailable.js";
import { namedArguments } from "./bind-arguments.js";
import type { Command, Executor, SqlArguments, SqlRow, SqlValue } from "./executor.js";
import { isBusy, isOwnFault } from "./sqlite-error.js";

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
  readonly #polls = new Set<NodeJS.Timeout>();
  #pending = 0;
  #closed = false;

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
    // One interval per listener: there are at most two, the worker and the owner watch.
    const poll = setInterval(listener, this.#options.pollMs);
    // `setInterval` may return a plain number on Cloudflare Workers and in browsers.
    poll.unref?.();
    this.#polls.add(poll);
    return () => {
      clearInterval(poll);
      this.#polls.delete(poll);
    };
  }

  /** Does nothing: only a write can show whether the server accepts writes. */
  async verify(): Promise<void> {}

  /** Does nothing: the client belongs to the host. */
  release(): void {}

  async close(): Promise<void> {
    this.#closed = true;
    for (const poll of this.#polls) clearInterval(poll);
    while (this.#pending > 0) await this.#pause(0);
  }

  /**
   * Retries are safe: a token, or the nature of the command, makes a repeat return the first result. Only `addTimings`
   * may count twice, which moves an estimate slightly.
   */
  async #send(
    statements: readonly string[],
    { args, mode }: { readonly args: SqlArguments; readonly mode: "read" | "write" },
  ): Promise<readonly (readonly SqlRow[])[]> {
    if (this.#closed) throw new StoreUnavailable("The store was closed.");
    const batch = statements.map((sql) => ({ sql, args: namedArguments(sql, args) }));
    this.#pending += 1;
    try {
      const start = performance.now();
      // The last error that the client reported. It names the cause, while the timeout of the last try does not.
      let reported: unknown = null;
      for (let failures = 0; ; failures += 1) {
        try {
          const leftMs = Math.max(start + this.#options.busyTimeoutMs - performance.now(), 0);
          const results = await within(leftMs, this.#options.client.batch(batch, mode));
          return results.map(({ rows, columns }) => Array.from(rows, (row) => toRow(row, columns)));
        } catch (error) {
          if (isOwnFault(error)) throw error;
          if (!(error instanceof NoResponse)) reported = error;
          if (performance.now() - start >= this.#options.busyTimeoutMs) {
            throw unavailable(reported ?? error);
          }
          await this.#pause(failures);
        }
      }
    } finally {
      this.#pending -= 1;
    }
  }

  /** Full jitter over a window that doubles from 20 ms to one second. */
  #pause(failures: number): Promise<void> {
    const windowMs = Math.min(20 * 2 ** failures, 1_000);
    return new Promise((resolve) => setTimeout(resolve, this.#options.random() * windowMs));
  }
}

/** The message is for the log only: errors of the client may name hosts, so never show it to a caller. */
function unavailable(cause: unknown): StoreUnavailable {
  if (isBusy(cause)) return new StoreUnavailable("The database stayed busy.", { cause, isBusy: true });
  const message = `Could not reach the database (${errorLine(cause)}): check its URL and token.`;
  return new StoreUnavailable(message, { cause });
}

class NoResponse extends Error {}

/** Stops waiting for a client that never responds. The batch that was sent may still take effect. */
async function within<T>(milliseconds: number, response: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new NoResponse(`no response within ${Math.ceil(milliseconds)} ms`)), milliseconds);
  });
  try {
    return await Promise.race([response, timeout]);
  } finally {
    clearTimeout(timer);
  }
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
