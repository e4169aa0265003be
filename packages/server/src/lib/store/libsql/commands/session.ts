import type { Executor, SqlArguments, SqlRow } from "../executor/executor.js";
import { SteadyClock } from "../executor/steady-clock.js";

/** What the commands of the store run on: an executor, time for tests, and tokens. */
export interface SessionOptions {
  readonly executor: Pick<Executor, "read" | "write">;
  /** Epoch milliseconds in place of the database's own time. For tests; absent in production. */
  readonly now?: (() => number) | undefined;
  /** Milliseconds of a clock that is never set. */
  readonly monotonicNow: () => number;
  /** Whether the clock is right from the start: that of a test, where there is no other. */
  readonly isExact?: boolean;
  /** Unguessable and unique. */
  readonly createToken: () => string;
}

/** Runs the store's statements with the time that they all take. */
export class Session {
  readonly #options: SessionOptions;

  /** Each statement subtracts its correction, also from the `createdAt` of a new generation. */
  readonly clock = new SteadyClock();

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  /** Runs a command; gives the verdict's rows. */
  write(statements: readonly string[], args: SqlArguments): Promise<readonly SqlRow[]> {
    return this.#options.executor.write({ statements, args: this.#withTime(args) });
  }

  /** Reads on one snapshot; gives the rows of each statement. */
  readAll(statements: readonly string[], args: SqlArguments): Promise<readonly (readonly SqlRow[])[]> {
    return this.#options.executor.read(statements, this.#withTime(args));
  }

  /** Reads one statement. */
  async read(statement: string, args: SqlArguments): Promise<readonly SqlRow[]> {
    const [rows] = await this.readAll([statement], args);
    return rows ?? [];
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
