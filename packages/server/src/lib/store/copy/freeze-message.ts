import type { Freeze } from "./copied-database.js";

/** The reason that a frozen database gives for a refused write, escaped for a quoted SQL literal. */
export function freezeMessage({ phase, target }: Freeze): string {
  const reason =
    phase === "copying"
      ? `The database is read-only while it is copied to ${target}.`
      : `The database has moved to ${target}: connect the server to it.`;
  return reason.replaceAll("'", "''");
}

/** The reason that an unfinished copy gives for a refused write. */
export const unfinishedMessage = "The database is an unfinished copy of another one: no server may use it yet.";

/** Returns the value of the setting. */
export function storedFreeze(freeze: Freeze): string;
export function storedFreeze(freeze: Freeze | null): string | null;
export function storedFreeze(freeze: Freeze | null): string | null {
  return freeze && JSON.stringify(freeze);
}

/** The target of a completed move; otherwise `null`. */
export function movedTo(value: unknown): string | null {
  const freeze = parseFreeze(value);
  return freeze?.phase === "moved" ? freeze.target : null;
}

/** The reverse of `storedFreeze`. */
export function parseFreeze(value: unknown): Freeze | null {
  // The cast is safe: only a `CopiedDatabase` writes the value.
  return typeof value === "string" ? (JSON.parse(value) as Freeze) : null;
}
