import type { SqlRow } from "../../rows/sql-row.js";

/** A value that can be bound to a statement. Excludes booleans: the driver aborts the process on one. */
export type SqlValue = string | number | null | Uint8Array;

/** Named values, shared by all statements of a command. */
export type SqlArguments = Readonly<Record<string, SqlValue>>;

/** A statement of the host on its own table, which runs inside a command. Only executors of a file run it. */
export interface HostStep {
  /** Name of the option, for errors. */
  readonly option: string;
  readonly statement: string;
  /** A read of the statement's arguments. The statement runs only if it returns a row. */
  readonly argumentsOf: string;
}

/** Statements that commit together; the last one returns the verdict. */
export interface Command {
  readonly statements: readonly string[];
  readonly args: SqlArguments;
  /** The steps that run in place of placeholders, by their text. Absent: the placeholders run. */
  readonly hostSteps?: ReadonlyMap<string, HostStep>;
}

/**
 * Runs lists of statements. The two executors differ in how they access the database, never in the meaning of a list.
 * Both throw `StoreUnavailable` if the outcome of a command may be unknown.
 */
export interface Executor {
  /**
   * Runs a command in one write transaction, possibly shared with other commands. Each one takes effect fully or not at
   * all. Returns the rows of the verdict.
   */
  write(command: Command): Promise<readonly SqlRow[]>;
  /** Runs reads on one snapshot. Returns the rows of each. */
  read(statements: readonly string[], args: SqlArguments): Promise<readonly (readonly SqlRow[])[]>;
  /** As `read`, for reads of whole tables, which may take minutes. Absent: `read` has no time limit. */
  readLong?(statements: readonly string[], args: SqlArguments): Promise<readonly (readonly SqlRow[])[]>;
  /** Rejects with `StoreUnavailable` if it can tell, without writing, that a commit would be lost. */
  verify(): Promise<void>;
  /** Subscribes to commits that this executor did not make. Returns a function that unsubscribes. */
  onForeignCommit(listener: () => void): () => void;
  /** Closes idle connections; the next command opens new ones. */
  release(): void;
  close(): Promise<void>;
}
