import { isMarked } from "../../guards/sequences.js";

/*
 * Placeholders of the host's steps in the commands. A store without the host's statements runs the placeholders, which fail
 * if a generation needs them. They never return a row: the driver would keep the statement active, and with it the snapshot.
 */

/** A condition that is never true. It overflows, and so fails the command, if `condition` is 1: SQLite has no `RAISE` here. */
const failsIf = (condition: string): string => `abs(-9223372036854775807 - coalesce(${condition}, 0)) < 0`;

/** In a submit: takes `:taken` from the host's table. The insert then requires that it changed one row. */
export const take = `SELECT 1 WHERE ${failsIf(":takes = 1")}`;

/** As `take`, in a submit of several generations. The alias makes the texts differ. */
export const takeMany = `SELECT 1 AS taken WHERE ${failsIf(":takes = 1")}`;

/** Condition of the insert: the step before it has taken the credits from one row. */
export const isTaken = "(:takes = 0 OR changes() = 1)";

/** In an end: returns the refund to the host's table. */
export const giveBack = `SELECT 1 FROM safelight_generations g
   WHERE g.id = :id AND g.${isMarked} AND g.finished_at IS NOT NULL
     AND ${failsIf("g.hold ->> 'sameDatabase' = 1 AND g.refunded_credits > 0")}`;
