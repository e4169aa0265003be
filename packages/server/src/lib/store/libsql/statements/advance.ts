import type { ActiveState } from "../../../generation/generation-state.js";
import { costs, held, heldOrLate, updateAttemptState, workerVerdict } from "../guards/attempt-state.js";
import { allOf, mayMove, now } from "../guards/guards.js";
import {
  enqueueCancels,
  enqueuePrefixDeletion,
  keepNewestCapacity,
  releaseCapacityOf,
} from "../guards/outbox-items.js";
import { isPurged } from "../guards/purge.js";
import { assignSequence } from "../guards/sequences.js";
import { dropReplacedPreview, dropUnrecordedPreview, progressColumns } from "./progress.js";

/** Raises the version and marks the row for a new sequence if `condition` holds for the old row. */
const visibleIf = (condition: string) => `version = version + (${condition}),
     sequence = CASE WHEN ${condition} THEN NULL ELSE sequence END`;

/**
 * Due after `:dueInMs`, or now if the generation was woken since the claim. Capped at the deadline, except in `storing`:
 * the worker adds a grace to its deadline, and enforces both. In `queued`, also capped at an earliest start in the future:
 * the delay counts from the claim, and `isTooFar` takes a later due time for that of a wrong clock.
 */
const parkUntil = (to: ActiveState) => {
  const due = `CASE WHEN woken = 1 THEN ${now} ELSE ${now} + :dueInMs END`;
  if (to === "storing") return due;
  const end = to === "queued" ? `iif(not_before > ${now}, min(not_before, deadline_at), deadline_at)` : "deadline_at";
  return `min(${due}, max(${end}, ${now}))`;
};

const intentGuards = {
  ...held,
  state: mayMove("recordIntent", "submitting"),
  cancel: "cancel_requested_at IS NULL",
  deadline: `deadline_at > ${now}`,
  attempts: "attempts < max_attempts",
  // A repeat after a later write of the worker.
  fresh: "NOT EXISTS (SELECT 1 FROM safelight_attempts WHERE token = :attemptToken)",
};

/** Runs before the paid request: without this row, no request is sent. */
export const recordIntentStatements: readonly string[] = [
  `UPDATE safelight_generations
   SET state = 'submitting', attempts = attempts + 1, command_token = :token, touched_at = ${now},
     started_at = CASE WHEN :starts = 1 THEN coalesce(started_at, ${now}) ELSE started_at END,
     deadline_at = coalesce(started_deadline_at, deadline_at),
     due_at = iif(started_deadline_at IS NULL, due_at, min(max(due_at, ${now} + :leaseMs), started_deadline_at)),
     expected_at = coalesce(expected_at, ${now} + :expectedInMs),
     progress_source = CASE WHEN :isEstimated = 1 AND progress IS NULL THEN 'estimate' ELSE progress_source END,
     ${visibleIf(":starts = 1 AND started_at IS NULL")}
   WHERE ${allOf(intentGuards)}`,

  `INSERT INTO safelight_attempts (generation_id, number, state, token, provider_id, gate, started_at)
   SELECT id, attempts, 'intent', :attemptToken, :providerId, gate, touched_at FROM safelight_generations
   WHERE id = :id AND command_token = :token
   ON CONFLICT (generation_id, number) DO NOTHING`,

  ...assignSequence,
  workerVerdict,
];

const operationGuards = { ...heldOrLate, state: mayMove("recordOperation", "running") };

/** Conditions for a late operation whose generation has moved on: the job must be canceled. */
const unwantedGuards = {
  attempt: "g.id = :id AND a.token = :attemptToken",
  once: "a.operation IS NULL",
  refused: "g.command_token <> :token",
};

/**
 * Runs right after the paid request was accepted. A late operation raises the epoch, so that a worker that reconciles
 * the generation loses its lease. The attempt stores the operation unless its content was deleted: only the operation
 * identifies a job that outlives its generation.
 */
export const recordOperationStatements: readonly string[] = [
  `UPDATE safelight_generations
   SET state = 'running', epoch = epoch + (epoch <> :epoch), command_token = :token, touched_at = ${now},
     leased = 0, woken = 0, expired_leases = 0, due_at = ${parkUntil("running")},
     started_at = coalesce(started_at, ${now}),
     ${visibleIf("started_at IS NULL")}
   WHERE ${allOf(operationGuards)}`,

  enqueueCancels(allOf(unwantedGuards), { operation: ":operation" }),
  keepNewestCapacity(":attemptToken"),

  `UPDATE safelight_attempts SET operation = CASE WHEN ${isPurged} THEN NULL ELSE :operation END, state = 'accepted', ${costs}
   WHERE generation_id = :id AND token = :attemptToken AND operation IS NULL`,

  ...assignSequence,
  workerVerdict,
];

const resultGuards = {
  ...heldOrLate,
  // A late result must contain the outputs: no other worker could fetch them.
  bytes: "epoch = :epoch OR :outputs IS NOT NULL",
  state: mayMove("recordResult", "storing"),
};

/**
 * The provider has finished. The lease and the due time stay. If another worker has claimed the generation since, its
 * lease ends, and the generation is due now for any worker.
 */
export const recordResultStatements: readonly string[] = [
  `UPDATE safelight_generations
   SET state = 'storing', epoch = epoch + (epoch <> :epoch), command_token = :token, touched_at = ${now},
     expired_leases = 0,
     leased = CASE WHEN epoch = :epoch THEN leased ELSE 0 END,
     due_at = CASE WHEN epoch = :epoch THEN due_at ELSE ${now} END,
     started_at = coalesce(started_at, ${now}),
     ${visibleIf("started_at IS NULL")}
   WHERE ${allOf(resultGuards)}`,

  `UPDATE safelight_attempts
   SET outputs = CASE WHEN ${isPurged} THEN NULL ELSE coalesce(:outputs, outputs) END, state = 'done',
     failure = CASE WHEN ${isPurged} THEN NULL ELSE coalesce(:attemptFailure, failure) END,
     ended_at = coalesce(ended_at, (SELECT touched_at FROM safelight_generations WHERE id = :id)), ${costs}
   WHERE generation_id = :id AND token = :attemptToken`,

  releaseCapacityOf(":attemptToken"),

  // Deletes outputs that arrive after the end. A refused command leaves no token, so its repeat adds the prefix again, which
  // is harmless. Skips a completed generation that is not deleted: its outputs have the same prefix.
  enqueuePrefixDeletion(
    "id = :id AND command_token <> :token AND finished_at IS NOT NULL AND (state <> 'completed' OR deleted_at IS NOT NULL)",
    { at: now, lastPutAt: now },
  ),

  ...assignSequence,
  workerVerdict,
];

/**
 * Conditions of parking in a state. Parking keeps the epoch and often the state, so only the token identifies a repeat.
 */
const parkGuards = (to: ParkState) => ({
  ...held,
  state: mayMove("park", to),
  once: "command_token <> :token",
});

/** States that a worker may park a generation in. */
export type ParkState = Exclude<ActiveState, "submitting">;

const parkedAttempt = (to: ParkState): string =>
  `SELECT attempts FROM safelight_generations WHERE ${allOf(parkGuards(to))}`;

/**
 * Releases the lease until later. The attempt is written first, under the same guards: a late response may end it before a
 * repeat of the command, which must then change nothing. A generation whose cancel was requested since leaves its gate: its
 * next claim ends it.
 */
export const parkStatements = (to: ParkState): readonly string[] => [
  dropReplacedPreview(allOf(parkGuards(to))),

  // Stored outputs of a result persist, however long the others take, and whichever worker continues.
  `UPDATE safelight_attempts SET stored_outputs = :storedOutputs
   WHERE :storedOutputs IS NOT NULL AND generation_id = :id AND number = (${parkedAttempt(to)})`,

  updateAttemptState({ number: parkedAttempt(to), at: now }),

  `UPDATE safelight_generations
   SET state = '${to}', command_token = :token, touched_at = ${now}, leased = 0, woken = 0,
     expired_leases = CASE WHEN :isNoop = 1 THEN expired_leases ELSE 0 END,
     due_at = ${parkUntil(to)},
     gate = CASE WHEN '${to}' = 'retry_wait' AND cancel_requested_at IS NOT NULL THEN NULL
       WHEN :setsGate = 1 THEN :gate ELSE gate END, max_attempts = max_attempts + :keepsBudget,
     ${progressColumns(":hasProgress = 1")},
     ${visibleIf(":hasProgress = 1")}
   WHERE ${allOf(parkGuards(to))}`,

  dropUnrecordedPreview,

  ...assignSequence,
  workerVerdict,
];
