import { statesBefore } from "../../../generation/generation-state.js";
import { allOf, confirmedNow, now, quoted } from "../guards/guards.js";
import { enqueueCancels, keepNewestCapacity } from "../guards/outbox-items.js";
import { isPurged } from "../guards/purge.js";

const isFresh = `EXISTS (
    SELECT 1 FROM safelight_webhook_deliveries
    WHERE generation_id = :id AND attempt = :attempt AND delivery_id = :deliveryId AND token = :token)`;

/** In milliseconds: longer than vendors repeat a delivery. A repeat may have a new timestamp and signature. */
const deliveryRetentionMs = 86_400_000;

/** Conditions of polling the provider because of a webhook. */
const pollGuards = {
  generation: "id = :id",
  active: "finished_at IS NULL",
  latest: "attempts = :attempt",
  // In these states no provider has a job: the owner's cancel request ends the generation at once.
  atProvider: `state NOT IN (${quoted(statesBefore("requestCancel", "canceled"))})`,
};

const isAwaited = `EXISTS (SELECT 1 FROM safelight_generations WHERE ${allOf(pollGuards)})`;

/** Conditions of storing the handle in a webhook: only the first one, while the response to the request is missing. */
const hintGuards = {
  attempt: "generation_id = :id AND number = :attempt",
  first: "operation_hint IS NULL",
  lost: "operation IS NULL",
  notPurged: `NOT ${isPurged}`,
};

/** Conditions of canceling the job that a webhook names: the job runs, and its generation has moved on without it. */
const unwantedGuards = {
  attempt: "g.id = :id AND a.number = :attempt",
  operationHint: ":operationHint IS NOT NULL",
  first: "a.operation_hint IS NULL",
  lost: "a.operation IS NULL",
  // A recorded result proves that the job has ended.
  notDone: "a.state <> 'done'",
  notAwaited: `NOT ${isAwaited}`,
};

/** Records a verified webhook. The holder of the generation keeps its lease, and polls again once it releases it. */
export const recordWebhookStatements: readonly string[] = [
  `INSERT INTO safelight_webhook_deliveries (generation_id, attempt, delivery_id, token, received_at)
   SELECT generation_id, number, :deliveryId, :token, ${now} FROM safelight_attempts
   WHERE generation_id = :id AND number = :attempt
   ON CONFLICT (generation_id, attempt, delivery_id) DO NOTHING`,

  enqueueCancels(`${allOf(unwantedGuards)} AND ${isFresh}`, { operation: "NULL", operationHint: ":operationHint" }),
  keepNewestCapacity("(SELECT token FROM safelight_attempts WHERE generation_id = :id AND number = :attempt)"),

  `UPDATE safelight_attempts SET operation_hint = :operationHint WHERE ${allOf(hintGuards)} AND ${isFresh}`,

  `UPDATE safelight_generations
   SET due_at = CASE WHEN leased = 1 THEN due_at ELSE min(due_at, ${now}) END, woken = leased
   WHERE ${allOf(pollGuards)} AND ${isFresh}`,

  // Deletes faster than deliveries arrive. The limit keeps commits small.
  `DELETE FROM safelight_webhook_deliveries WHERE rowid IN (
     SELECT rowid FROM safelight_webhook_deliveries WHERE received_at <= ${confirmedNow} - ${deliveryRetentionMs}
     ORDER BY received_at LIMIT 4
   ) AND ${isFresh}`,

  `SELECT token = :token AS recorded, ${isAwaited} AS awaited FROM safelight_webhook_deliveries
   WHERE generation_id = :id AND attempt = :attempt AND delivery_id = :deliveryId`,
];
