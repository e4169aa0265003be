import { placedArguments, toPlaces } from "./bind-arguments.js";
import type { SqlArguments, SqlRow } from "./executor.js";

/** What is used of a statement of the `libsql` driver. */
interface DriverStatement {
  /** @param args a list of them: one that is given alone may be taken for a list itself. */
  run(args: unknown): unknown;
  all(args: unknown): unknown[];
}

/** What is used of a database of the `libsql` driver; `better-sqlite3` fits by shape. */
export interface DriverDatabase {
  readonly inTransaction: boolean;
  prepare(sql: string): DriverStatement;
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
 * nothing of this process comes between two calls of one tick.
 */
export class FileConnection {
  readonly #database: DriverDatabase;
  readonly #statements = new Map<string, PreparedStatement>();

  /** @param synchronous `null` for one that only looks, and leaves the file as it is. */
  constructor(database: DriverDatabase, synchronous: "full" | "normal" | null) {
    this.#database = database;
    if (synchronous === null) return;
    // Every connection needs its own; only the journal mode stays in the file.
    for (const pragma of ["journal_mode = WAL", `synchronous = ${synchronous}`, "temp_store = MEMORY"]) {
      database.prepare(`PRAGMA ${pragma}`).all([]);
    }
  }

  get inTransaction(): boolean {
    return this.#database.inTransaction;
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

  /** Runs all but the last for their effect, and answers with the last one's rows. */
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
