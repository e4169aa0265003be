import { StoreUnavailable } from "../../../ports/store/store-unavailable.js";
import { CallQueue, type SendCall } from "../../calls/call-queue.js";
import { PendingCalls } from "../../calls/pending-calls.js";
import { retryCall, unreachable } from "../../calls/retry-call.js";
import type { SqlRow } from "../../rows/sql-row.js";
import type { BatchClient, BatchResult } from "./batch-client.js";
import { namedArguments } from "./bind-arguments.js";
import { DeadlineGuard, LateCommand } from "./deadline-guard.js";
import type { Command, Executor, SqlArguments } from "./executor.js";
import { isBusy, isFrozen, isPermanentError } from "./sqlite-error.js";

/** Options of a remote database. */
export interface BatchExecutorOptions {
  /** A client of the host: the executor never closes it. */
  readonly client: BatchClient;
  /** For reads of whole tables. @default `client` */
  readonly longReadClient?: BatchClient | undefined;
  /** Max time for a command including retries, in milliseconds. */
  readonly busyTimeoutMs: number;
  readonly random: () => number;
  /** Interval at which commits by other nodes are assumed, in milliseconds: a remote database does not report them. */
  readonly pollMs: number;
  /**
   * Epoch milliseconds of a clock that never jumps.
   *
   * @default the start of this process, and the monotonic time since
   */
  readonly now?: () => number;
}

/** In milliseconds. */
const maxLongMs = 600_000;

interface BatchOptions {
  readonly args: SqlArguments;
  readonly mode: "read" | "write";
  /** @default `busyTimeoutMs` */
  readonly responseTimeoutMs?: number;
}

/**
 * Accesses a database through a client. Each command is one batch, which the server runs as one transaction. Avoids
 * interactive transactions: a remote server may end one by itself, and later statements would run outside it
 * (turso-cli#671).
 */
export class BatchExecutor implements Executor {
  readonly #options: BatchExecutorOptions;
  readonly #calls = new PendingCalls();
  // Without a bound: on Cloudflare Workers, no call of a request may wait for that of another one.
  readonly #queue = new CallQueue(Number.POSITIVE_INFINITY);
  readonly #guard: DeadlineGuard;

  constructor(options: BatchExecutorOptions) {
    this.#options = options;
    this.#guard = new DeadlineGuard(options.now ?? (() => performance.timeOrigin + performance.now()));
  }

  async write(command: Command): Promise<readonly SqlRow[]> {
    const results = await this.#send(command.statements, { args: command.args, mode: "write" });
    return results.at(-1) ?? [];
  }

  read(statements: readonly string[], args: SqlArguments): Promise<readonly (readonly SqlRow[])[]> {
    return this.#send(statements, { args, mode: "read" });
  }

  readLong(statements: readonly string[], args: SqlArguments): Promise<readonly (readonly SqlRow[])[]> {
    return this.#send(statements, { args, mode: "read", responseTimeoutMs: maxLongMs });
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

  #send(statements: readonly string[], options: BatchOptions): Promise<readonly (readonly SqlRow[])[]> {
    const { args, mode, responseTimeoutMs } = options;
    const { busyTimeoutMs, random } = this.#options;
    const isLong = responseTimeoutMs !== undefined;
    const client = (isLong ? this.#options.longReadClient : undefined) ?? this.#options.client;
    const sendBatch = async () => {
      const batch = statements.map((sql) => ({ sql, args: namedArguments(sql, args) }));
      const read = () => client.batch(batch, mode);
      const write: SendCall<readonly BatchResult[]> = (timeoutMs) =>
        this.#guard.run(timeoutMs, (guard) => client.batch([guard, ...batch], mode));
      const send = mode === "read" ? read : write;
      const faults = { isFrozen, isPermanent: isPermanentError, toUnavailable: unavailable };
      const timeouts = { busyTimeoutMs, responseTimeoutMs };
      const results = await retryCall({ send, queue: this.#queue, random, ...timeouts, ...faults });
      return results.map(({ rows, columns }) => Array.from(rows, (row) => toRow(row, columns)));
    };
    return this.#calls.run(sendBatch, { isLong });
  }
}

function unavailable(cause: unknown): StoreUnavailable {
  if (isBusy(cause)) return new StoreUnavailable("The database stayed busy.", { cause, isBusy: true });
  if (cause instanceof LateCommand) return new StoreUnavailable(cause.message, { cause });
  return new StoreUnavailable(unreachable(cause, "check its URL and token"), { cause });
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
