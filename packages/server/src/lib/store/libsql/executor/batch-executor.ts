import { errorLine } from "../../../ports/error-text.js";
import { StoreUnavailable } from "../../../ports/store/store-unavailable.js";
import { namedArguments } from "./bind-arguments.js";
import type { Command, Executor, SqlArguments, SqlRow, SqlValue } from "./executor.js";
import { isBusy, isOwnFault } from "./sqlite-error.js";

/** The one method that is used of a client of `@libsql/client`. */
export interface BatchClient {
  batch(
    statements: { sql: string; args: Record<string, SqlValue> }[],
    mode: "read" | "write",
  ): Promise<{ rows: ArrayLike<unknown>; columns: string[] }[]>;
}

/** How a remote database is used. */
export interface BatchExecutorOptions {
  readonly client: BatchClient;
  /** Closes the client, where it is ours. */
  readonly close: () => void;
  /** After this long without an answer a command is given up, in milliseconds. */
  readonly patienceMs: number;
  readonly random: () => number;
  /** How often other nodes' commits are assumed, since nothing tells of them, in milliseconds. */
  readonly pollMs: number;
}

/**
 * Reaches a database through a client: each command is one batch, which the server runs as one transaction. No
 * interactive transactions: a remote server ends them by itself, and what follows would run outside (turso-cli#671).
 */
export class BatchExecutor implements Executor {
  readonly #options: BatchExecutorOptions;
  #pending = 0;
  #closed = false;

  constructor(options: BatchExecutorOptions) {
    this.#options = options;
  }

  async write(command: Command): Promise<readonly SqlRow[]> {
    const results = await this.#send(command.statements, command.args, "write");
    return results.at(-1) ?? [];
  }

  read(statements: readonly string[], args: SqlArguments): Promise<readonly (readonly SqlRow[])[]> {
    return this.#send(statements, args, "read");
  }

  onForeignCommit(listener: () => void): () => void {
    // An interval for each listener, because there are two at most: the worker and the owner watch.
    const poll = setInterval(listener, this.#options.pollMs);
    // It may be a mere number on Cloudflare Workers, and in browsers.
    poll.unref?.();
    return () => clearInterval(poll);
  }

  /** Only a write shows whether a server takes writes. */
  async verify(): Promise<void> {}

  /** Does nothing: the client is the host's. */
  release(): void {}

  async close(): Promise<void> {
    this.#closed = true;
    while (this.#pending > 0) await this.#pause(0);
    this.#options.close();
  }

  /** Every command may be sent again: its token, or its nature, makes the repeat answer what the first one did. */
  async #send(
    statements: readonly string[],
    args: SqlArguments,
    mode: "read" | "write",
  ): Promise<readonly (readonly SqlRow[])[]> {
    if (this.#closed) throw new StoreUnavailable("The store was closed.");
    const batch = statements.map((sql) => ({ sql, args: namedArguments(sql, args) }));
    this.#pending += 1;
    try {
      const start = performance.now();
      // The error that the client reported last: it names the cause, while the time-out of the last try does not.
      let reported: unknown = null;
      for (let failures = 0; ; failures += 1) {
        try {
          const leftMs = Math.max(start + this.#options.patienceMs - performance.now(), 0);
          const results = await within(leftMs, this.#options.client.batch(batch, mode));
          return results.map(({ rows, columns }) => Array.from(rows, (row) => toRow(row, columns)));
        } catch (error) {
          if (isOwnFault(error)) throw error;
          if (!(error instanceof NoResponse)) reported = error;
          if (performance.now() - start >= this.#options.patienceMs) {
            throw unavailable(reported ?? error);
          }
          await this.#pause(failures);
        }
      }
    } finally {
      this.#pending -= 1;
    }
  }

  /** Full jitter over a window that doubles from 20 ms to a second. */
  #pause(failures: number): Promise<void> {
    const windowMs = Math.min(20 * 2 ** failures, 1_000);
    return new Promise((resolve) => setTimeout(resolve, this.#options.random() * windowMs));
  }
}

/** The message is for the log: the client's errors may name hosts, so that no caller may see it. */
function unavailable(cause: unknown): StoreUnavailable {
  if (isBusy(cause)) return new StoreUnavailable("The database stayed busy.", { cause, isBusy: true });
  const message = `Could not reach the database (${errorLine(cause)}): check its URL and token.`;
  return new StoreUnavailable(message, { cause });
}

/** The client did not respond in time. */
class NoResponse extends Error {}

/** Stops waiting for a client that never responds; the batch that it sent may still take effect. */
async function within<T>(milliseconds: number, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new NoResponse(`no response within ${Math.ceil(milliseconds)} ms`)), milliseconds);
  });
  try {
    return await Promise.race([answer, silence]);
  } finally {
    clearTimeout(timer);
  }
}

/** A plain row; the client's own have positions beside names. Indexing is what its row type allows. */
function toRow(row: unknown, columns: readonly string[]): SqlRow {
  const values = row as Readonly<Record<string, unknown>>;
  return Object.fromEntries(columns.map((column) => [column, toValue(values[column])]));
}

/** A client may be set to give integers as `bigint`; ours are all safe, by CHECK or by nature. */
function toValue(value: unknown): unknown {
  return typeof value === "bigint" ? Number(value) : value;
}
