import type { HostStep, SqlArguments } from "./executor.js";

/** The host's statement changed several rows, or rows behind a view. The command is rolled back. */
export class HostStatementFault extends Error {
  override readonly name = "HostStatementFault";
}

/** The methods of a connection that a step calls. */
interface StepConnection {
  run(sql: string, args?: SqlArguments): void;
  all(sql: string, args?: SqlArguments): readonly unknown[];
}

/** Sets `changes()` to 0. */
const changeNothing = "UPDATE safelight_settings SET value = value WHERE false";
/** `total` includes the rows that triggers have changed. */
const readChanges = "SELECT changes() AS rows, total_changes() AS total";

/**
 * Runs the step, if it has arguments. Afterwards `changes()` is 1 if the statement changed its row, and else 0.
 *
 * @throws {HostStatementFault} if the statement changed several rows, or a view whose trigger changed other tables.
 */
export function runHostStep(
  connection: StepConnection,
  { args, step }: { readonly step: HostStep; readonly args: SqlArguments },
): void {
  const [found] = connection.all(step.argumentsOf, args);
  connection.run(changeNothing);
  if (found === undefined) return;
  const before = changesOf(connection);
  // The cast is safe: the read selects the account, the credits and the key.
  connection.run(step.statement, found as SqlArguments);
  const { rows, total } = changesOf(connection);
  if (rows === 1 || (rows === 0 && total === before.total)) return;
  const changed = rows > 1 ? `${rows} rows` : "rows through a view";
  throw new HostStatementFault(`credits.${step.option} must change one row of a table. It changed ${changed}.`);
}

function changesOf(connection: StepConnection): { readonly rows: number; readonly total: number } {
  // The cast is safe: the statement selects these columns.
  return connection.all(readChanges)[0] as { readonly rows: number; readonly total: number };
}
