import type { Freeze } from "./copied-database.js";

/** The reason that a frozen database gives for a refused write, as a literal of SQL. */
export function freezeMessage({ phase, target }: Freeze): string {
  const reason =
    phase === "copying"
      ? `The database is read-only while it is copied to ${target}.`
      : `The database has moved to ${target}: connect the server to it.`;
  return reason.replaceAll("'", "''");
}

/** Returns the stored freeze; `null` for none. */
export function parseFreeze(value: unknown): Freeze | null {
  // The cast is safe: only `freeze` of a `CopiedDatabase` writes the value.
  return typeof value === "string" ? (JSON.parse(value) as Freeze) : null;
}
