/** What can be bound to a statement. Booleans are not: the driver aborts the process on one. */
export type SqlValue = string | number | null | Uint8Array;

/** Named values, shared by all statements of a command. */
export type SqlArguments = Readonly<Record<string, SqlValue>>;

/** One row, by column name. */
export type SqlRow = Readonly<Record<string, unknown>>;

/** Statements that take effect together; the last one is the verdict. */
export interface Command {
  readonly statements: readonly string[];
  readonly args: SqlArguments;
}

/**
 * Runs statement lists. The two executors differ in how they reach the database, never in what a list means.
 * Both throw `StoreUnavailable` when the outcome of a command may be unknown.
 */
export interface Executor {
  /** Runs a command in one write transaction, alone or with others, each whole or not at all. Gives the verdict's rows. */
  write(command: Command): Promise<readonly SqlRow[]>;
  /** Runs reads on one snapshot. Gives the rows of each. */
  read(statements: readonly string[], args: SqlArguments): Promise<readonly (readonly SqlRow[])[]>;
  /** Rejects with `StoreUnavailable` if it can tell, without writing, that a commit would be lost. */
  verify(): Promise<void>;
  /** Tells of commits that this executor did not make. */
  onForeignCommit(listener: () => void): () => void;
  /** Closes connections that are not in use; the next command opens others. */
  release(): void;
  close(): Promise<void>;
}
