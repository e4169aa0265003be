import { StoreTime, type StoreTimeOptions } from "../../clock/store-time.js";
import type { SqlRow } from "../../rows/sql-row.js";
import type { Executor, HostStep, SqlArguments } from "../executor/executor.js";
import type { RowOf } from "../rows/read-rows.js";

/** Dependencies of the store's commands: an executor, a clock for tests, and a source of tokens. */
export interface StatementRunnerOptions extends StoreTimeOptions {
  readonly executor: Pick<Required<Executor>, "read" | "readLong" | "write">;
}

/** Runs the store's statements, and binds the time arguments that all of them share. */
export class StatementRunner {
  readonly #executor: StatementRunnerOptions["executor"];
  #hostSteps: ReadonlyMap<string, HostStep> | undefined;
  readonly time: StoreTime;

  constructor({ executor, ...time }: StatementRunnerOptions) {
    this.#executor = executor;
    this.time = new StoreTime(time);
  }

  /**
   * Runs a command; returns the rows of the verdict.
   *
   * @typeParam Row the columns that the last statement selects.
   */
  async write<Row = SqlRow>(statements: readonly string[], args: SqlArguments): Promise<readonly Row[]> {
    const rows = await this.#executor.write({
      statements,
      args: this.#withTime(args),
      ...(this.#hostSteps !== undefined && { hostSteps: this.#hostSteps }),
    });
    // The cast is safe if the caller names the columns of its own last statement.
    return rows as readonly Row[];
  }

  /** Reads on one snapshot; returns the rows of each statement. */
  async readAll<const Statements extends readonly string[]>(statements: Statements, args: SqlArguments) {
    return toRows<Statements>(await this.#executor.read(statements, this.#withTime(args)));
  }

  /** As `readAll`, for statements that read whole tables, which may take minutes. */
  async readAllLong<const Statements extends readonly string[]>(statements: Statements, args: SqlArguments) {
    return toRows<Statements>(await this.#executor.readLong(statements, this.#withTime(args)));
  }

  /** Reads one statement. */
  async read<Statement extends string>(statement: Statement, args: SqlArguments): Promise<readonly RowOf<Statement>[]> {
    const [rows] = await this.readAll([statement], args);
    return rows;
  }

  createToken(): string {
    return this.time.createToken();
  }

  /** Runs the host's statements in place of their placeholders, in all commands. */
  useHostSteps(hostSteps: ReadonlyMap<string, HostStep>): void {
    this.#hostSteps = hostSteps;
  }

  #withTime(args: SqlArguments): SqlArguments {
    return { ...this.time.arguments(), ...args };
  }
}

type RowsOf<Statements extends readonly string[]> = {
  readonly [Index in keyof Statements]: readonly RowOf<Statements[Index]>[];
};

/** The cast is safe: one list for each statement, and drizzle built the text of a typed one from the type of its row. */
function toRows<Statements extends readonly string[]>(results: readonly (readonly SqlRow[])[]): RowsOf<Statements> {
  return results as unknown as RowsOf<Statements>;
}
