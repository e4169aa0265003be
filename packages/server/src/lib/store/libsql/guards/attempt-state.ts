import { isMarked } from "./sequences.js";

/** Keeps the recorded costs unless the command has new ones. */
export const costs = `costs = coalesce(:costs, costs)`;

/**
 * Writes the new state of the latest attempt; nothing if `:attemptState` is NULL or the command did not apply. An attempt
 * that has ended keeps its end: a repeat may follow a claim, which moves `touched_at`.
 */
export const updateAttemptState = `UPDATE safelight_attempts
   SET state = :attemptState,
     failure = :attemptFailure,
     ${costs},
     unknown_at = CASE WHEN :attemptState = 'unknown' THEN
       coalesce(unknown_at, (SELECT touched_at FROM safelight_generations WHERE id = :id)) ELSE unknown_at END,
     ended_at = CASE WHEN :attemptState IN ('unknown', 'accepted') THEN NULL ELSE
       coalesce(ended_at, (SELECT touched_at FROM safelight_generations WHERE id = :id)) END
   WHERE :attemptState IS NOT NULL AND generation_id = :id AND number = (
     SELECT attempts FROM safelight_generations
     WHERE id = :id AND command_token = :token AND (finished_at IS NULL OR ${isMarked})
   )`;

/** Whether the command of a worker took effect, now or when it was first sent. */
export const workerVerdict = `SELECT owner_id FROM safelight_generations WHERE id = :id AND command_token = :token`;
