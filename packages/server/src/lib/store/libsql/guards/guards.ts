import { type GenerationState, statesBefore, type TransitionCommand } from "../../../generation/generation-state.js";

/** The database's uncorrected time in milliseconds. Only tests bind `:now`. */
const databaseNow = "coalesce(CAST(:now AS INTEGER), CAST(round(unixepoch('subsec') * 1000) AS INTEGER))";

/**
 * The database's time minus this process's clock correction. Two readings may differ: a command reads it once, into a
 * row, and uses that value afterwards.
 */
export const now = `(${databaseNow} - :aheadMs)`;

/**
 * A time that has certainly passed, at most now: rows that expired by then may be removed. It is one to two hours
 * behind now, counting only hours in which a process ran. In a test whose clock is the only one, it is now.
 */
export const confirmedNow = `(CASE WHEN :isExact = 1 THEN ${now} ELSE min(${now}, coalesce(
     (SELECT json_extract(value, '$.confirmedAt') FROM safelight_settings
      WHERE name = 'agreed_time' AND json_valid(value)), 0)) END)`;

/** Reads the database's uncorrected time. */
export const readClockStatement = `SELECT ${databaseNow} AS now`;

/** Conditions of a statement by name, so that a test can remove one and observe what breaks. */
export type Guards = Readonly<Record<string, string>>;

export function allOf(guards: Guards): string {
  return Object.values(guards)
    .map((condition) => `(${condition})`)
    .join(" AND ");
}

/** The state guard of a command: allows only the transitions of `generation-state.ts`. */
export function mayMove(command: TransitionCommand, to: GenerationState): string {
  return `state IN (${quoted(statesBefore(command, to))})`;
}

/** A list of literals for `IN`. Only for constants of this package: nothing is escaped. */
export function quoted(words: readonly string[]): string {
  return words.map((word) => `'${word}'`).join(", ");
}
