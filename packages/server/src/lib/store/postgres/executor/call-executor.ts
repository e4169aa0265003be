import type { Logger } from "../../../ports/logger.js";
import { StoreUnavailable } from "../../../ports/store/store-unavailable.js";
import { CallQueue, type SendCall } from "../../calls/call-queue.js";
import { PendingCalls } from "../../calls/pending-calls.js";
import { retryCall, unreachable } from "../../calls/retry-call.js";
import type { ClientAdapter } from "../client/postgres-client.js";
import type { JsonRow, StatementValue } from "../client/send-statement.js";
import { isBusy, isDeadlock, isFrozen, isPermanentError } from "./postgres-error.js";

/** A Postgres database. */
export interface CallExecutorOptions {
  readonly client: ClientAdapter;
  /** Max time for a call including retries, in milliseconds. */
  readonly busyTimeoutMs: number;
  readonly random: () => number;
  /** Interval at which commits by other processes are assumed, in milliseconds. */
  readonly pollMs: number;
  /** Receives a warning for each deadlock. */
  readonly logger: Pick<Logger, "warn"> | undefined;
}

/** A statement that returns at most one row with the one column `j`, as JSON text. */
export interface Statement {
  /** Identifies the statement in the log. */
  readonly name: string;
  /**
   * Under this name, which stands for this text only, a connection prepares it once.
   *
   * @default no name, for a text that is seldom sent. A long statement has none either
   */
  readonly preparedName?: string;
  readonly text: string;
  readonly values: readonly StatementValue[];
  /** @default `busyTimeoutMs` of the executor */
  readonly busyTimeoutMs?: number;
  /** Statements with the same key are sent one after another; see `RunOptions`. */
  readonly exclusiveKey?: string | undefined;
  /** Reads a whole table, and may take minutes. Only one such statement runs at a time: it keeps a connection. */
  readonly isLong?: boolean;
}

/** In milliseconds. */
const maxLongMs = 600_000;

/**
 * Sends each command and each read as one statement, and so as one transaction. A statement whose outcome is unknown is
 * sent again: its token, or its nature, makes the repeat return the first result.
 */
export class CallExecutor {
  readonly #options: CallExecutorOptions;
  readonly #calls = new PendingCalls();
  readonly #queue: CallQueue;
  readonly #longQueue = new CallQueue(1);
  #deadlocks = 0;

  constructor(options: CallExecutorOptions) {
    this.#options = options;
    this.#queue = new CallQueue(options.client.maxConcurrent);
  }

  /** @returns the parsed JSON; `null` if the statement returned no row. */
  call({
    busyTimeoutMs = this.#options.busyTimeoutMs,
    exclusiveKey,
    isLong = false,
    name,
    preparedName,
    text,
    values,
  }: Statement): Promise<unknown> {
    const { client, logger, random } = this.#options;
    const sent = { name: isLong ? null : (preparedName ?? null), text, values };
    const sendNow: SendCall<readonly JsonRow[]> = (timeoutMs, isAbandoned) =>
      client.send({ ...sent, timeoutMs, isAbandoned });
    const send = () =>
      retryCall({
        // In both queues: a long statement also counts toward the max of the client.
        send: isLong ? (timeoutMs) => this.#queue.run(sendNow, { timeoutMs }) : sendNow,
        queue: isLong ? this.#longQueue : this.#queue,
        exclusiveKey,
        busyTimeoutMs,
        responseTimeoutMs: isLong ? maxLongMs : undefined,
        random,
        isFrozen,
        isPermanent: isPermanentError,
        toUnavailable,
        onRetry: (error) => {
          if (!isDeadlock(error)) return;
          this.#deadlocks += 1;
          logger?.warn("Deadlock in the database; retrying.", {
            event: "store.deadlock",
            statement: name,
            deadlocks: this.#deadlocks,
          });
        },
      });
    // Not sent again if the text is no JSON: the database has responded.
    return this.#calls.run(async () => parse((await send())[0]?.j), { isLong });
  }

  onForeignCommit(listener: () => void): () => void {
    return this.#calls.poll(listener, this.#options.pollMs);
  }

  close(): Promise<void> {
    return this.#calls.close();
  }
}

function parse(json: string | null | undefined): unknown {
  return json == null ? null : JSON.parse(json);
}

function toUnavailable(cause: unknown): StoreUnavailable {
  if (isBusy(cause)) return new StoreUnavailable("The database stayed busy.", { cause, isBusy: true });
  return new StoreUnavailable(unreachable(cause, "check its URL and its state"), { cause });
}
