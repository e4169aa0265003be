import { statesBefore } from "../../../generation/generation-state.js";
import { cancelJobsWhere, isPurged } from "../guards/follow-ups.js";
import { allOf, confirmedNow, now, quoted } from "../guards/guards.js";
import { attemptColumns } from "../rows/generation-row.js";

/** An attempt and the model whose provider made it. */
export const findAttemptStatement = `SELECT g.model AS model, ${attemptColumns}
   FROM safelight_attempts a JOIN safelight_generations g ON g.id = a.generation_id
   WHERE a.generation_id = :id AND a.number = :attempt`;

const isFresh = `EXISTS (
    SELECT 1 FROM safelight_webhook_deliveries
    WHERE generation_id = :id AND attempt = :attempt AND delivery_id = :deliveryId AND token = :token)`;

/** A repeat may come from another minute of the vendor's, and is signed anew: remembered for longer than they repeat. */
const keepMs = 86_400_000;

/** Conditions of asking the provider because of a call-back. */
const askGuards = {
  generation: "id = :id",
  active: "finished_at IS NULL",
  latest: "attempts = :attempt",
  // Where the owner's word alone would end it, no provider has a job for it.
  underWay: `state NOT IN (${quoted(statesBefore("requestCancel", "canceled"))})`,
};

const isAwaited = `EXISTS (SELECT 1 FROM safelight_generations WHERE ${allOf(askGuards)})`;

/** Conditions of keeping the handle that a call-back brings: the first one, while the reply itself is not there. */
const hintGuards = {
  attempt: "generation_id = :id AND number = :attempt",
  first: "operation_hint IS NULL",
  lost: "operation IS NULL",
  kept: `NOT ${isPurged}`,
};

/** Conditions of canceling the job that a call-back names: it runs, and its generation has gone on without it. */
const unwantedGuards = {
  attempt: "g.id = :id AND a.number = :attempt",
  hint: ":hint IS NOT NULL",
  first: "a.operation_hint IS NULL",
  lost: "a.operation IS NULL",
  // Its result was taken.
  inVain: "a.state <> 'done'",
  nobodyWaits: `NOT ${isAwaited}`,
};

/** A verified call-back. Whoever holds the generation keeps it, and looks again as soon as it gives it back. */
export const recordWebhookStatements: readonly string[] = [
  `INSERT INTO safelight_webhook_deliveries (generation_id, attempt, delivery_id, token, received_at)
   SELECT generation_id, number, :deliveryId, :token, ${now} FROM safelight_attempts
   WHERE generation_id = :id AND number = :attempt
   ON CONFLICT (generation_id, attempt, delivery_id) DO NOTHING`,

  cancelJobsWhere(`${allOf(unwantedGuards)} AND ${isFresh}`, "NULL", ":hint"),

  `UPDATE safelight_attempts SET operation_hint = :hint WHERE ${allOf(hintGuards)} AND ${isFresh}`,

  `UPDATE safelight_generations
   SET due_at = CASE WHEN leased = 1 THEN due_at ELSE min(due_at, ${now}) END, woken = leased
   WHERE ${allOf(askGuards)} AND ${isFresh}`,

  // Faster than they come, and never many in one commit.
  `DELETE FROM safelight_webhook_deliveries WHERE rowid IN (
     SELECT rowid FROM safelight_webhook_deliveries WHERE received_at <= ${confirmedNow} - ${keepMs}
     ORDER BY received_at LIMIT 4
   ) AND ${isFresh}`,

  `SELECT token = :token AS recorded, ${isAwaited} AS awaited FROM safelight_webhook_deliveries
   WHERE generation_id = :id AND attempt = :attempt AND delivery_id = :deliveryId`,
];
