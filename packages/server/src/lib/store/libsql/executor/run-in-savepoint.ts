import type { SqlRow } from "../../rows/sql-row.js";
import type { Command } from "./executor.js";
import type { FileConnection } from "./file-connection.js";
import { isPermanentError } from "./sqlite-error.js";

/** The rows of a command's verdict, or the error that rolled it back. */
export type CommandOutcome = { readonly rows: readonly SqlRow[] } | { readonly error: unknown };

/**
 * Runs a command inside the transaction of its group. A failing command is rolled back alone.
 *
 * @throws if the whole transaction was lost: each command of the group must then run again alone.
 */
export function runInSavepoint(connection: FileConnection, command: Command): CommandOutcome {
  connection.exec("SAVEPOINT command");
  try {
    const rows = connection.runCommand(command);
    connection.exec("RELEASE command");
    return { rows };
  } catch (error) {
    if (!connection.inTransaction || !isPermanentError(error)) throw error;
    connection.exec("ROLLBACK TO command; RELEASE command");
    return { error };
  }
}
