import type { SqlArguments, SqlRow, SqlValue } from "./executor.js";
import { namedArguments } from "./named-arguments.js";

/** What is used of a statement of the `libsql` driver. */
interface DriverStatement {
  run(args: Record<string, SqlValue>): unknown;
  all(args: Record<string, SqlValue>): unknown[];
}

/** What is used of a database of the `libsql` driver; `better-sqlite3` fits by shape. */
export interface DriverDatabase {
  readonly inTransaction: boolean;
  prepare(sql: string): DriverStatement;
  exec(sql: string): unknown;
  close(): unknown;
}

/** Opens a database file. */
export type OpenDatabase = (path: string, options: { readonly timeout: number }) => DriverDatabase;

/**
 * One connection to a file with its prepared statements. The driver is synchronous: a call returns when it is done, and
 * nothing of this process comes between two calls of one tick.
 */
export class FileConnection {
  readonly #database: DriverDatabase;
  readonly #statements = new Map<string, DriverStatement>();

  /** @param synchronous `null` for one that only looks, and leaves the file as it is. */
  constructor(database: DriverDatabase, synchronous: "full" | "normal" | null) {
    this.#database = database;
    if (synchronous === null) return;
    // Every connection needs its own; only the journal mode stays in the file.
    for (const pragma of ["journal_mode = WAL", `synchronous = ${synchronous}`, "temp_store = MEMORY"]) {
      database.prepare(`PRAGMA ${pragma}`).all({});
    }
  }

  get inTransaction(): boolean {
    return this.#database.inTransaction;
  }

  run(sql: string, args: SqlArguments = {}): void {
    this.#prepared(sql).run(namedArguments(sql, args));
  }

  all(sql: string, args: SqlArguments = {}): readonly SqlRow[] {
    // The driver gives rows as objects by column name.
    return this.#prepared(sql).all(namedArguments(sql, args)) as SqlRow[];
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

  #prepared(sql: string): DriverStatement {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}
