import { isMarked } from "../../guards/sequences.js";

/*
 * The places of the host's statements in the commands. A store without them runs the statements below, which fail if a
 * generation needs them.
 */

/** SQLite has no statement that raises an error: this overflows. */
const fails = "abs(-9223372036854775807 - 1)";

/** In a submit: takes `:taken` from the host's table. The insert then requires that it changed one row. */
export const take = `SELECT CASE WHEN :takes = 1 THEN ${fails} END`;

/** The same in a submit of several generations. */
export const takeMany = `${take} AS taken`;

/** Fails if the host's statement has changed several rows: it must name one account. */
export const checkTaken = `SELECT CASE WHEN :takes = 1 AND changes() > 1 THEN ${fails} END`;

/** Part of the condition of the insert. */
export const isTaken = "(:takes = 0 OR changes() = 1)";

/** In an end: returns the refund to the host's table. */
export const giveBack = `SELECT CASE WHEN EXISTS (
     SELECT 1 FROM safelight_generations g WHERE g.id = :id AND g.${isMarked} AND g.finished_at IS NOT NULL
       AND g.hold ->> 'sameDatabase' = 1 AND g.refunded_credits > 0
   ) THEN ${fails} END`;
