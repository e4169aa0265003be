import { maxJoinsPerClaim } from "../../../clock/due-rows.js";
import { isDue } from "../../guards/due.js";
import { now } from "../../guards/guards.js";
import { hasNotJoined } from "../../guards/waiting.js";

/** Puts the longest due ones without an attempt into the queue, where they wait at their rank. */
export const joinQueueStatement = `UPDATE safelight_generations SET touched_at = ${now} WHERE id IN (
     SELECT id FROM safelight_generations INDEXED BY safelight_generations_due
     WHERE ${hasNotJoined} AND ${isDue} ORDER BY due_at LIMIT ${maxJoinsPerClaim}
   )`;
