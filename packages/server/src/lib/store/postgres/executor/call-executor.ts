import { errorLine } from "../../../ports/error-text.js";
import type { Logger } from "../../../ports/logger.js";
import { StoreUnavailable } from "../../../ports/store/store-unavailable.js";
import { PendingCalls } from "../../calls/pending-calls.js";
import { retryCall } from "../../calls/retry-call.js";
import type { SendStatement, StatementValue } from "../client/postgres-client.js";
import { isBusy, isDeadlock, isFrozen, isOwnFault } from "./postgres-error.js";

/** A Postgres database. */
export interface CallExecutorOptions {
  readonly send: SendStatement;
  /** Max time for a call including retries, in milliseconds. */
  readonly busyTimeoutMs: number;
  readonly random: () => number;
  /** Interval at which commits by other processes are assumed, in milliseconds. */
  readonly pollMs: number;
  /** Receives a warning for each deadlock. */
  readonly logger: Pick<Logger, "warn"> | undefined;
}

/** A statement that returns at most one row with the one column `j`, as JSON. */
export interface Statement {
  /** Identifies the statement in the log. */
  readonly name: string;
  readonly text: string;
  readonly values: readonly StatementValue[];
  /** @default `busyTimeoutMs` of the executor */
  readonly busyTimeoutMs?: number;
}

/**
 * Sends each command and each read as one statement, and so as one transaction. A statement whose outcome is unknown is
 * sent again: its token, or its nature, makes the repeat return the first result.
 */
export class CallExecutor {
  readonly #options: CallExecutorOptions;
  readonly #calls = new PendingCalls();
  #deadlocks = 0;

  constructor(options: CallExecutorOptions) {
    this.#options = options;
  }

  /** @returns the parsed JSON; `null` if the statement returned no row. */
  call({ busyTimeoutMs = this.#options.busyTimeoutMs, name, text, values }: Statement): Promise<unknown> {
    const { logger, random, send } = this.#options;
    return this.#calls.run(() =>
      retryCall({
        send: async () => parse((await send(text, values))[0]?.j),
        busyTimeoutMs,
        random,
        isFrozen,
        isOwnFault,
        toUnavailable,
        onRetry: (error) => {
          if (!isDeadlock(error)) return;
          this.#deadlocks += 1;
          logger?.warn("Deadlock in the database; retrying.", { statement: name, deadlocks: this.#deadlocks });
        },
      }),
    );
  }

  onForeignCommit(listener: () => void): () => void {
    return this.#calls.poll(listener, this.#options.pollMs);
  }

  close(): Promise<void> {
    return this.#calls.close();
  }
}

/** Drivers parse a column of type `json`, unless the host has turned that off. The store selects no JSON text. */
function parse(json: unknown): unknown {
  return typeof json === "string" ? JSON.parse(json) : (json ?? null);
}

/** The message is for the log only: errors of the client may name hosts, so never show it to a caller. */
function toUnavailable(cause: unknown): StoreUnavailable {
  if (isBusy(cause)) return new StoreUnavailable("The database stayed busy.", { cause, isBusy: true });
  const message = `Could not reach the database (${errorLine(cause)}): check its URL and its state.`;
  return new StoreUnavailable(message, { cause });
}
