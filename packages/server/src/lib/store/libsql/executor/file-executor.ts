import { StoreUnavailable } from "../../../ports/store/store-unavailable.js";
import type { SqlRow } from "../../rows/sql-row.js";
import type { Command, Executor, SqlArguments } from "./executor.js";
import { FileConnection, type OpenDatabase } from "./file-connection.js";
import { FileIdentity } from "./file-identity.js";
import { ForeignCommits } from "./foreign-commits.js";
import { type CommandOutcome, runInSavepoint } from "./run-in-savepoint.js";
import { isBusy, isConnectionFault, isPermanentError, isReadOnly, rejectionOf } from "./sqlite-error.js";
import { isLockedByThisProcess } from "./write-lock-holder.js";

export interface FileExecutorOptions {
  readonly path: string;
  /** Loads the driver before the first use of the file. */
  readonly load: () => Promise<OpenDatabase>;
  /**
   * `full` survives a power failure; `normal` may then lose the last commits. `null` is for a read-only file: the
   * connection then sets neither this nor the journal mode.
   */
  readonly synchronous: "full" | "normal" | null;
  /** Max wait of a command for the lock, in milliseconds. */
  readonly busyTimeoutMs: number;
  readonly random: () => number;
}

interface Waiting {
  readonly command: Command;
  readonly since: number;
  /** Whether the transaction of its group was lost: it then commits alone. */
  readonly isAlone: boolean;
  readonly resolve: (rows: readonly SqlRow[]) => void;
  readonly reject: (error: unknown) => void;
}

/** Max native wait for a lock, in milliseconds. It blocks the event loop, so longer waits use timers. */
const lockTimeoutMs = 20;
/** Max commands of one transaction. They share one sync to disk, and the limit keeps the wait of each command short. */
const groupSize = 128;
/** Min interval between two replacements of a broken connection: a replaced one keeps its files open for a while. */
const replaceAgainMs = 60_000;

/**
 * Owns a database file. The commands of one turn of the event loop share one transaction, and so one sync to disk. Each
 * has its own savepoint, so that a failing command does not roll back the others.
 */
export class FileExecutor implements Executor {
  readonly #options: FileExecutorOptions;
  readonly #foreignCommits: ForeignCommits;
  readonly #identity: FileIdentity;
  #open: OpenDatabase | null = null;
  #connection: FileConnection | null = null;
  #queue: Waiting[] = [];
  #scheduled = false;
  #closed = false;
  #replacedAt = Number.NEGATIVE_INFINITY;

  constructor(options: FileExecutorOptions) {
    this.#options = options;
    this.#identity = new FileIdentity(options.path);
    this.#foreignCommits = new ForeignCommits(options.path, () => this.#dataVersion());
  }

  write(command: Command): Promise<readonly SqlRow[]> {
    if (this.#closed) return Promise.reject(new StoreUnavailable("The store was closed."));
    return new Promise((resolve, reject) => {
      this.#queue.push({ command, since: performance.now(), isAlone: false, resolve, reject });
      this.#schedule();
    });
  }

  async read(statements: readonly string[], args: SqlArguments): Promise<readonly (readonly SqlRow[])[]> {
    for (const start = performance.now(); ; ) {
      if (this.#closed) throw new StoreUnavailable("The store was closed.");
      if (this.#open === null) await this.#load();
      try {
        return this.#readNow(statements, args);
      } catch (error) {
        this.#rollBack();
        if (isPermanentError(error)) throw error;
        if (!isBusy(error) || performance.now() - start > this.#options.busyTimeoutMs) {
          // The refused statement may still be active.
          if (isBusy(error)) this.#reopen();
          throw this.#unavailable(error, "The database could not be read.");
        }
        await this.#pause();
      }
    }
  }

  onForeignCommit(listener: () => void): () => void {
    return this.#foreignCommits.listen(listener);
  }

  async verify(): Promise<void> {
    this.#checkFile();
  }

  release(): void {
    if (this.#queue.length === 0 && !this.#foreignCommits.isWatched) this.#reopen();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#foreignCommits.close();
    while (this.#queue.length > 0) await this.#pause();
    // The driver leaves it to the garbage collector, which a process that exits does not run.
    if (this.#identity.isUnchanged()) this.#saveJournal();
    this.#reopen();
  }

  #readNow(statements: readonly string[], args: SqlArguments): readonly (readonly SqlRow[])[] {
    const connection = this.#connected();
    if (statements.length === 1) return [connection.all(statements[0] ?? "", args)];
    connection.exec("BEGIN");
    const results = statements.map((sql) => connection.all(sql, args));
    connection.exec("COMMIT");
    return results;
  }

  #dataVersion(): unknown {
    if (this.#closed) return null;
    // There is no version before the driver is loaded; a command reports the error.
    if (this.#open === null) this.#load().catch(() => {});
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
    if (this.#open === null) {
      this.#load().then(
        () => this.#schedule(),
        (error) => this.#rejectAll(error),
      );
      return;
    }
    // Commands of a lost group come first in the queue.
    const group = this.#queue.slice(0, this.#queue[0]?.isAlone === true ? 1 : groupSize);
    let outcomes: readonly CommandOutcome[] | null;
    try {
      outcomes = this.#commit(group);
    } catch (error) {
      this.#rejectOrRetry(error);
      return;
    }
    const rest = this.#queue.slice(group.length);
    this.#queue = outcomes === null ? [...group.map((waiting) => ({ ...waiting, isAlone: true })), ...rest] : rest;
    outcomes?.forEach((outcome, index) => {
      if ("rows" in outcome) group[index]?.resolve(outcome.rows);
      else group[index]?.reject(rejectionOf(outcome.error));
    });
    this.#schedule();
  }

  /**
   * Commits a group. Returns `null` if the whole transaction was lost and nothing is written. Throws if it did not
   * begin. Keeps the connection: a full disk refuses this write, and accepts the next one once there is space.
   */
  #commit(group: readonly Waiting[]): readonly CommandOutcome[] | null {
    const connection = this.#connected();
    this.#checkFile();
    connection.exec("BEGIN IMMEDIATE");
    try {
      this.#identity.record();
      const outcomes = group.map(({ command }) => {
        if (group.length === 1) return { rows: connection.runCommand(command) };
        return runInSavepoint(connection, command);
      });
      connection.exec("COMMIT");
      return outcomes;
    } catch (error) {
      this.#rollBack();
      if (group.length > 1) return null;
      return [{ error: isPermanentError(error) ? error : this.#unavailable(error, "The database failed.") }];
    }
  }

  /**
   * The transaction did not begin. While the lock is busy, rejects the commands that waited too long, and retries the
   * others after a pause. After any other error, rejects the whole queue.
   */
  #rejectOrRetry(error: unknown): void {
    if (isReadOnly(error)) this.#reopen();
    const now = performance.now();
    const mayRetry = (waiting: Waiting) => isBusy(error) && now - waiting.since < this.#options.busyTimeoutMs;
    const timedOut = this.#queue.filter((waiting) => !mayRetry(waiting));
    this.#queue = this.#queue.filter(mayRetry);
    const reason = timedOut.length > 0 ? this.#unavailable(error) : null;
    for (const { reject } of timedOut) reject(reason);
    if (this.#queue.length === 0) return;
    this.#scheduled = true;
    void this.#pause().then(() => {
      this.#scheduled = false;
      this.#flush();
    });
  }

  /** For errors that no command caused. Call it outside of transactions, when this executor itself holds no lock. */
  #unavailable(error: unknown, message = "The database cannot be opened."): StoreUnavailable {
    if (StoreUnavailable.isInstance(error)) return error;
    this.#replaceBroken(error);
    if (!isBusy(error)) return new StoreUnavailable(message, { cause: error });
    return new StoreUnavailable(this.#busyMessage(), { cause: error, isBusy: true });
  }

  #busyMessage(): string {
    return isLockedByThisProcess(this.#options.path) === true
      ? "Another transaction in this process holds the write lock: commit it before calling Safelight."
      : `Another connection held the write lock for over ${this.#options.busyTimeoutMs} ms: keep transactions short.`;
  }

  async #load(): Promise<void> {
    const open = await this.#options.load();
    if (this.#open !== null) return;
    this.#open = open;
    // Before the first read, which returns the commits up to now.
    this.#foreignCommits.begin();
  }

  #rejectAll(error: unknown): void {
    const queue = this.#queue;
    this.#queue = [];
    for (const { reject } of queue) reject(error);
  }

  #connected(): FileConnection {
    if (this.#connection !== null) return this.#connection;
    // Check first: opening would create a missing file, or start using a replacement.
    this.#identity.check();
    if (this.#open === null) throw new Error("The driver is not loaded yet.");
    const { path, synchronous } = this.#options;
    this.#connection = new FileConnection(this.#open(path, { timeout: lockTimeoutMs }), synchronous);
    this.#identity.record();
    return this.#connection;
  }

  /** @throws {StoreUnavailable} if the file was moved, removed or replaced, so that a commit would be lost. */
  #checkFile(): void {
    try {
      this.#identity.check();
    } catch (error) {
      if (this.#identity.hasLostJournal()) this.#saveJournal();
      throw this.#unavailable(error);
    }
  }

  /** Moves all commits from `-wal` into the database file, also from a removed `-wal` that is still open. */
  #saveJournal(): void {
    try {
      this.#connection?.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    } catch {
      // Another connection blocks it, for `lockTimeoutMs` per lock: the commits stay in `-wal`.
    }
  }

  #rollBack(): void {
    try {
      if (this.#connection?.inTransaction === true) this.#connection.exec("ROLLBACK");
    } catch {
      this.#reopen();
    }
  }

  /** After an I/O error, such as ESTALE of a network file system, a connection may fail until it is closed. */
  #replaceBroken(error: unknown): void {
    const now = performance.now();
    if (!isConnectionFault(error) || now - this.#replacedAt < replaceAgainMs) return;
    this.#replacedAt = now;
    this.#reopen();
  }

  /**
   * Closes the connection; the next use opens a new one. Only for a connection that is stuck, broken or read-only,
   * never after each refused write: its prepared statements keep the files open until garbage collection.
   */
  #reopen(): void {
    const connection = this.#connection;
    this.#connection = null;
    this.#identity.forgetJournal();
    try {
      connection?.close();
    } catch {
      // The connection is already broken.
    }
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, 2 + this.#options.random() * 20));
  }
}
