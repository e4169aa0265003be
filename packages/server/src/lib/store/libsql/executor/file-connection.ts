import type { SqlRow } from "../../rows/sql-row.js";
import { numberParameters, positionalArguments } from "./bind-arguments.js";
import type { Command, SqlArguments } from "./executor.js";
import { runHostStep } from "./host-step.js";

/** The methods of a `libsql` driver statement that this file calls. */
interface DriverStatement {
  /** @param args a list of arguments: the driver may mistake a single argument for a list. */
  run(args: unknown): unknown;
  all(args: unknown): unknown[];
}

/** The methods of a `libsql` driver database that this file calls. */
export interface DriverDatabase {
  readonly inTransaction: boolean;
  /** Prepares a statement. It holds the database files open until garbage collection, even after `close`. */
  prepare(sql: string): DriverStatement;
  /** Runs statements without arguments, and finalizes them at once. */
  exec(sql: string): unknown;
  close(): unknown;
}

interface PreparedStatement {
  readonly statement: DriverStatement;
  /** Names of the arguments, in the order of the numbered parameters. */
  readonly names: readonly string[];
}

export type OpenDatabase = (path: string, options: { readonly timeout: number }) => DriverDatabase;

/**
 * One connection to a file, with its prepared statements. The driver is synchronous: no other code of this process runs
 * between two calls of one tick.
 */
export class FileConnection {
  readonly #database: DriverDatabase;
  readonly #statements = new Map<string, PreparedStatement>();

  /**
   * @param synchronous `null` for a read-only connection, which leaves the file unchanged.
   * @throws the driver's error if the file cannot be used. The connection is closed then, and holds no file open.
   */
  constructor(database: DriverDatabase, synchronous: "full" | "normal" | null) {
    this.#database = database;
    if (synchronous === null) return;
    try {
      // Every connection needs these settings; only the journal mode persists in the file.
      this.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous}; PRAGMA temp_store = MEMORY`);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  get inTransaction(): boolean {
    return this.#database.inTransaction;
  }

  /**
   * Runs statements without arguments. Never prepares them: a prepared `BEGIN IMMEDIATE` that is busy stays active in
   * the driver, and the connection then never commits again (tursodatabase/libsql-client-ts#352).
   */
  exec(sql: string): void {
    this.#database.exec(sql);
  }

  run(sql: string, args: SqlArguments = {}): void {
    const { names, statement } = this.#prepared(sql);
    statement.run(positionalArguments(names, args));
  }

  all(sql: string, args: SqlArguments = {}): readonly SqlRow[] {
    const { names, statement } = this.#prepared(sql);
    // The driver returns rows as objects by column name.
    return statement.all(positionalArguments(names, args)) as SqlRow[];
  }

  /** Runs all statements, and returns the rows of the last one. */
  runCommand({ args, hostSteps, statements }: Command): readonly SqlRow[] {
    const last = statements.length - 1;
    for (let index = 0; index < last; index += 1) {
      const statement = statements[index] ?? "";
      const step = hostSteps?.get(statement);
      if (step === undefined) this.run(statement, args);
      else runHostStep(this, { step, args });
    }
    return this.all(statements[last] ?? "", args);
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }

  #prepared(sql: string): PreparedStatement {
    let prepared = this.#statements.get(sql);
    if (prepared === undefined) {
      const numbered = numberParameters(sql);
      prepared = { statement: this.#database.prepare(numbered.sql), names: numbered.names };
      this.#statements.set(sql, prepared);
    }
    return prepared;
  }
}
