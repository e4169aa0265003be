import { now } from "../../guards/guards.js";
import { isKnown, isTimed, isWaiting } from "../../guards/waiting.js";

const timed = "safelight_generations INDEXED BY safelight_generations_due";
const waiting = "safelight_generations INDEXED BY safelight_generations_waiting";

const isListed = `due_at <= ${now} - :forMs AND (${isKnown} OR deadline_at <= ${now})`;

/**
 * Generations that have been due for at least `:forMs`. Also those of live workers: claims decide. Those that wait at a
 * gate are listed only if it may have capacity.
 */
export const listDueStatements: readonly string[] = [
  `SELECT id FROM ${timed} WHERE ${isTimed} AND ${isListed} ORDER BY due_at LIMIT :limit`,
  `SELECT id FROM ${waiting} WHERE gate IS NULL AND ${isWaiting} AND ${isListed} ORDER BY rank LIMIT :limit`,
];
export const listAtGatesStatement = `SELECT g.id FROM json_each(:gates) open CROSS JOIN safelight_generations g ON g.id IN (
     SELECT id FROM ${waiting} WHERE gate = open.value AND ${isWaiting} AND ${isListed} ORDER BY rank LIMIT :limit
   ) ORDER BY g.rank LIMIT :limit`;
