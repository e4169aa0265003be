import { StoreUnavailable } from "../../ports/store-unavailable.js";
import type { Command, Executor, SqlArguments, SqlRow } from "./executor.js";
import { FileConnection, type OpenDatabase } from "./file-connection.js";
import { ForeignCommits } from "./foreign-commits.js";
import { isBusy, isOwnFault } from "./sqlite-error.js";

/** How a file is used. */
export interface FileExecutorOptions {
  readonly path: string;
  readonly open: OpenDatabase;
  /** `full` survives a power cut; `normal` may then lose the last commits. `null`: `open` opens for reading alone. */
  readonly synchronous: "full" | "normal" | null;
  /** After this long without the lock a command is given up, in milliseconds. */
  readonly patienceMs: number;
  readonly random: () => number;
}

interface Waiting {
  readonly command: Command;
  readonly since: number;
  readonly resolve: (rows: readonly SqlRow[]) => void;
  readonly reject: (error: unknown) => void;
}

type Outcome = { readonly rows: readonly SqlRow[] } | { readonly error: unknown };

/** Longest native wait for a lock: it blocks the event loop, so the rest of the patience is spent in timers. */
const lockTimeoutMs = 20;
/** Most commands of one transaction: what one syncs for all is worth waiting for, as long as nobody notices the wait. */
const groupSize = 128;

/**
 * Owns a database file. The commands of one turn of the event loop share one transaction and so one sync to disk; each
 * has its own savepoint, so that a failing one takes none of the others with it.
 */
export class FileExecutor implements Executor {
  readonly #options: FileExecutorOptions;
  readonly #foreignCommits: ForeignCommits;
  #connection: FileConnection | null = null;
  #queue: Waiting[] = [];
  #scheduled = false;
  #closed = false;

  constructor(options: FileExecutorOptions) {
    this.#options = options;
    this.#foreignCommits = new ForeignCommits(options.path, () => this.#dataVersion());
  }

  write(command: Command): Promise<readonly SqlRow[]> {
    if (this.#closed) return Promise.reject(new StoreUnavailable("The store was closed."));
    return new Promise((resolve, reject) => {
      this.#queue.push({ command, since: performance.now(), resolve, reject });
      this.#schedule();
    });
  }

  async read(statements: readonly string[], args: SqlArguments): Promise<readonly (readonly SqlRow[])[]> {
    for (const start = performance.now(); ; ) {
      if (this.#closed) throw new StoreUnavailable("The store was closed.");
      try {
        return this.#readNow(statements, args);
      } catch (error) {
        this.#rollBack();
        if (isOwnFault(error)) throw error;
        this.#reopen();
        if (!isBusy(error) || performance.now() - start > this.#options.patienceMs) {
          throw new StoreUnavailable("The database could not be read.", { cause: error });
        }
        await this.#pause();
      }
    }
  }

  onForeignCommit(listener: () => void): () => void {
    return this.#foreignCommits.listen(listener);
  }

  async close(): Promise<void> {
    this.#closed = true;
    while (this.#queue.length > 0) await this.#pause();
    this.#reopen();
  }

  #readNow(statements: readonly string[], args: SqlArguments): readonly (readonly SqlRow[])[] {
    const connection = this.#connected();
    if (statements.length === 1) return [connection.all(statements[0] ?? "", args)];
    connection.run("BEGIN");
    const results = statements.map((sql) => connection.all(sql, args));
    connection.run("COMMIT");
    return results;
  }

  #dataVersion(): unknown {
    if (this.#closed) return null;
    try {
      return this.#connected().all("PRAGMA data_version")[0]?.data_version ?? null;
    } catch {
      return null;
    }
  }

  #schedule(): void {
    if (this.#scheduled || this.#queue.length === 0) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#flush();
    });
  }

  #flush(): void {
    const group = this.#queue.slice(0, groupSize);
    let outcomes: readonly Outcome[] | null;
    try {
      outcomes = this.#commit(group);
    } catch (error) {
      this.#giveUpOn(error);
      return;
    }
    this.#queue = this.#queue.slice(group.length);
    outcomes ??= group.map((waiting) => this.#alone(waiting));
    group.forEach((waiting, index) => {
      const outcome = outcomes[index];
      if (outcome !== undefined && "rows" in outcome) waiting.resolve(outcome.rows);
      else waiting.reject(outcome?.error);
    });
    this.#schedule();
  }

  /** Commits a group. `null`: the transaction as a whole was lost, and nothing of it is written. Throws when it never began. */
  #commit(group: readonly Waiting[]): readonly Outcome[] | null {
    const connection = this.#connected();
    connection.run("BEGIN IMMEDIATE");
    try {
      const outcomes = group.map(({ command }) => {
        if (group.length === 1) return { rows: connection.runCommand(command.statements, command.args) };
        return inSavepoint(connection, command);
      });
      connection.run("COMMIT");
      return outcomes;
    } catch (error) {
      this.#rollBack();
      if (!isOwnFault(error)) this.#reopen();
      if (group.length > 1) return null;
      return [{ error: isOwnFault(error) ? error : new StoreUnavailable("The database failed.", { cause: error }) }];
    }
  }

  #alone(waiting: Waiting): Outcome {
    try {
      return this.#commit([waiting])?.[0] ?? { error: new StoreUnavailable("The transaction was lost.") };
    } catch (error) {
      return { error: new StoreUnavailable("The database is busy.", { cause: error }) };
    }
  }

  /** The lock was not to be had. Those who waited long enough are told so; the others try again after a pause. */
  #giveUpOn(error: unknown): void {
    // A refused BEGIN leaves the connection as it was; anything else may not have.
    if (!isBusy(error)) this.#reopen();
    const now = performance.now();
    const isPatient = (waiting: Waiting) => isBusy(error) && now - waiting.since < this.#options.patienceMs;
    const impatient = this.#queue.filter((waiting) => !isPatient(waiting));
    this.#queue = this.#queue.filter(isPatient);
    for (const { reject } of impatient) {
      reject(new StoreUnavailable("The database is busy or cannot be opened.", { cause: error }));
    }
    if (this.#queue.length === 0) return;
    this.#scheduled = true;
    setTimeout(
      () => {
        this.#scheduled = false;
        this.#flush();
      },
      2 + this.#options.random() * 20,
    );
  }

  #connected(): FileConnection {
    this.#connection ??= new FileConnection(
      this.#options.open(this.#options.path, { timeout: lockTimeoutMs }),
      this.#options.synchronous,
    );
    return this.#connection;
  }

  #rollBack(): void {
    try {
      if (this.#connection?.inTransaction === true) this.#connection.run("ROLLBACK");
    } catch {
      this.#reopen();
    }
  }

  /**
   * Lets go of the connection; the next use opens a new one. After a failed statement the driver may leave it unable to
   * commit (tursodatabase/libsql-client-ts#352); once that is fixed, a BUSY alone need not come here.
   */
  #reopen(): void {
    const connection = this.#connection;
    this.#connection = null;
    try {
      connection?.close();
    } catch {
      // It is broken already.
    }
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, 2 + this.#options.random() * 20));
  }
}

function inSavepoint(connection: FileConnection, command: Command): Outcome {
  connection.run("SAVEPOINT command");
  try {
    const rows = connection.runCommand(command.statements, command.args);
    connection.run("RELEASE command");
    return { rows };
  } catch (error) {
    // An error that took the whole transaction with it is for the caller, who runs each command again alone.
    if (!connection.inTransaction || !isOwnFault(error)) throw error;
    connection.run("ROLLBACK TO command");
    connection.run("RELEASE command");
    return { error };
  }
}
