import type { Executor, SqlArguments, SqlRow } from "../executor/executor.js";
import { SteadyClock } from "../executor/steady-clock.js";
import type { RowOf } from "../rows/read-rows.js";

/** Dependencies of the store's commands: an executor, a clock for tests, and a source of tokens. */
export interface SessionOptions {
  readonly executor: Pick<Executor, "read" | "write">;
  /** Epoch milliseconds in place of the database's own time. For tests; absent in production. */
  readonly now?: (() => number) | undefined;
  /** Milliseconds of a monotonic clock. */
  readonly monotonicNow: () => number;
  /** Whether the clock is correct from the start: the clock of a test, which has no other. */
  readonly isExact?: boolean;
  /** Unguessable and unique. */
  readonly createToken: () => string;
}

/** Runs the store's statements, and binds the time arguments that all of them share. */
export class Session {
  readonly #options: SessionOptions;

  /** Every statement subtracts its correction, also from the `createdAt` of a new generation. */
  readonly clock = new SteadyClock();

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  /**
   * Runs a command; returns the rows of the verdict.
   *
   * @typeParam Row the columns that the last statement selects.
   */
  async write<Row = SqlRow>(statements: readonly string[], args: SqlArguments): Promise<readonly Row[]> {
    const rows = await this.#options.executor.write({ statements, args: this.#withTime(args) });
    // The cast is safe if the caller names the columns of its own last statement.
    return rows as readonly Row[];
  }

  /** Reads on one snapshot; returns the rows of each statement. */
  async readAll<const Statements extends readonly string[]>(statements: Statements, args: SqlArguments) {
    const results = await this.#options.executor.read(statements, this.#withTime(args));
    // The cast is safe: one list for each statement, and drizzle built the text of a typed one from the type of its row.
    return results as unknown as { readonly [Index in keyof Statements]: readonly RowOf<Statements[Index]>[] };
  }

  /** Reads one statement. */
  async read<Statement extends string>(statement: Statement, args: SqlArguments): Promise<readonly RowOf<Statement>[]> {
    const [rows] = await this.readAll([statement], args);
    return rows;
  }

  get isExact(): boolean {
    return this.#options.isExact ?? false;
  }

  readonly monotonicNow = (): number => this.#options.monotonicNow();

  createToken(): string {
    return this.#options.createToken();
  }

  #withTime(args: SqlArguments): SqlArguments {
    const time = { now: this.#options.now?.() ?? null, aheadMs: this.clock.aheadMs, isExact: this.isExact ? 1 : 0 };
    return { ...time, ...args };
  }
}
