import type { BatchResult, BatchStatement } from "./batch-client.js";

/** The server began a command after its deadline, and rolled it back. */
export class LateCommand extends Error {
  constructor() {
    super("The database began the command too late: it was stopped or overloaded, or its clock jumped.");
  }
}

/**
 * Fails after the deadline, by the server's clock. A `SELECT` can only fail with a text of its own through an invalid
 * path, which SQLite repeats in its message: `RAISE` works in triggers only.
 */
const guardStatement = `SELECT now, json_extract('{}', CASE WHEN now <= :deadline THEN '$' ELSE 'safelight late ' || now END)
   FROM (SELECT CAST(round(unixepoch('subsec') * 1000) AS INTEGER) AS now)`;

const lateMark = /safelight late (\d+)/;

/**
 * Keeps a server from committing a command that was given up. A client cannot take back a request: it waits in the
 * socket of a server that is stopped, and runs when the server continues. So each command begins with a statement that
 * fails after the deadline, which rolls back the whole batch.
 *
 * One command can still commit after its deadline: the one whose transaction was open when the server stopped.
 */
export class DeadlineGuard {
  readonly #now: () => number;
  /** The server's clock minus that of this process. Each response corrects it; the first command assumes equal clocks. */
  #serverAheadMs = 0;

  /** @param now epoch milliseconds of a clock that never jumps. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * Sends a command with the guard as its first statement. Returns the results of the other statements.
   *
   * @throws {LateCommand} if the server began it after `timeoutMs`. If the server's clock has jumped, a repeat succeeds.
   */
  async run(
    timeoutMs: number,
    send: (guard: BatchStatement) => Promise<readonly BatchResult[]>,
  ): Promise<readonly BatchResult[]> {
    const deadline = Math.floor(this.#now() + this.#serverAheadMs + timeoutMs);
    try {
      const [guard, ...results] = await send({ sql: guardStatement, args: { deadline } });
      const row = guard?.rows[0];
      // The guard returns one row, with the column `now`.
      const { now } = row as { readonly now: unknown };
      this.#synchronize(Number(now));
      return results;
    } catch (error) {
      const serverNow = error instanceof Error ? lateMark.exec(error.message)?.[1] : undefined;
      if (serverNow === undefined) throw error;
      this.#synchronize(Number(serverNow));
      throw new LateCommand();
    }
  }

  /** The response took a while to arrive, so the difference is too small by that: the next deadline is so much earlier. */
  #synchronize(serverNow: number): void {
    this.#serverAheadMs = serverNow - this.#now();
  }
}
