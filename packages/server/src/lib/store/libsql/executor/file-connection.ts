import { placedArguments, toPlaces } from "./bind-arguments.js";
import type { SqlArguments, SqlRow } from "./executor.js";

/** The part of a statement of the `libsql` driver that is used. */
interface DriverStatement {
  /** @param args a list of them: one that is given alone may be taken for a list itself. */
  run(args: unknown): unknown;
  all(args: unknown): unknown[];
}

/** The part of a database of the `libsql` driver that is used. */
export interface DriverDatabase {
  readonly inTransaction: boolean;
  /** The statement holds the database's files open until it is garbage, also after `close`. */
  prepare(sql: string): DriverStatement;
  /** Runs statements without arguments, and finalizes them at once. */
  exec(sql: string): unknown;
  close(): unknown;
}

interface PreparedStatement {
  readonly statement: DriverStatement;
  /** Of its arguments, by place. */
  readonly names: readonly string[];
}

/** Opens a database file. */
export type OpenDatabase = (path: string, options: { readonly timeout: number }) => DriverDatabase;

/**
 * One connection to a file with its prepared statements. The driver is synchronous: a call returns when it is done, and
 * no other code of this process runs between two calls of one tick.
 */
export class FileConnection {
  readonly #database: DriverDatabase;
  readonly #statements = new Map<string, PreparedStatement>();

  /**
   * @param synchronous `null` for a connection that only reads, and leaves the file as it is.
   * @throws the driver's error where the file cannot be used; the connection is closed then, and holds no file.
   */
  constructor(database: DriverDatabase, synchronous: "full" | "normal" | null) {
    this.#database = database;
    if (synchronous === null) return;
    try {
      // Every connection needs its own; only the journal mode stays in the file.
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
   * Runs statements without arguments. A refused one leaves nothing behind: a prepared `BEGIN IMMEDIATE` that is busy
   * stays active in the driver, and the connection then never commits again (tursodatabase/libsql-client-ts#352).
   */
  exec(sql: string): void {
    this.#database.exec(sql);
  }

  run(sql: string, args: SqlArguments = {}): void {
    const { names, statement } = this.#prepared(sql);
    statement.run(placedArguments(names, args));
  }

  all(sql: string, args: SqlArguments = {}): readonly SqlRow[] {
    const { names, statement } = this.#prepared(sql);
    // The driver gives rows as objects by column name.
    return statement.all(placedArguments(names, args)) as SqlRow[];
  }

  /** Runs all but the last for their effect, and returns the rows of the last. */
  runCommand(statements: readonly string[], args: SqlArguments): readonly SqlRow[] {
    const last = statements.length - 1;
    for (let index = 0; index < last; index += 1) this.run(statements[index] ?? "", args);
    return this.all(statements[last] ?? "", args);
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }

  #prepared(sql: string): PreparedStatement {
    let prepared = this.#statements.get(sql);
    if (prepared === undefined) {
      const placed = toPlaces(sql);
      prepared = { statement: this.#database.prepare(placed.sql), names: placed.names };
      this.#statements.set(sql, prepared);
    }
    return prepared;
  }
}
