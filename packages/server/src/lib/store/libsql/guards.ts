import { type GenerationState, statesBefore, type TransitionCommand } from "../../generation/generation-state.js";

/** The database's time in milliseconds, as it reads it. Only tests bind `:now`. */
const databaseNow = "coalesce(CAST(:now AS INTEGER), CAST(round(unixepoch('subsec') * 1000) AS INTEGER))";

/**
 * The database's time in milliseconds, less what this process knows that it is ahead. Each reading may differ, so a command
 * reads it once and takes it from the row afterwards.
 */
export const now = `(${databaseNow} - :aheadMs)`;

/** Reads the database's time as it is. */
export const readClockStatement = `SELECT ${databaseNow} AS now`;

/** Conditions of a statement by name, so that a test can take one away and see what breaks. */
export type Guards = Readonly<Record<string, string>>;

/** All of them at once. */
export function allOf(guards: Guards): string {
  return Object.values(guards)
    .map((condition) => `(${condition})`)
    .join(" AND ");
}

/** The state guard of a command: the moves that `generation-state.ts` allows it, and no others. */
export function mayMove(command: TransitionCommand, to: GenerationState): string {
  return `state IN (${quoted(statesBefore(command, to))})`;
}

/** A list of literals for `IN`. For words of our own only. */
export function quoted(words: readonly string[]): string {
  return words.map((word) => `'${word}'`).join(", ");
}
