import type { TerminalState } from "../../../generation/generation-state.js";
import { refundCases } from "../../../ledger/refund-cases.js";
import { withdrawnReason } from "../../../ledger/refund-for.js";
import { failureCode, heldOrLate, updateAttemptState, workerVerdict } from "../guards/attempt-state.js";
import { announceEnd, cancelJobs, deleteUnusedObjects, purge } from "../guards/end-side-effects.js";
import { allOf, mayMove, now, quoted } from "../guards/guards.js";
import { refundTat } from "../guards/owner-start.js";
import { assignSequence, isMarked } from "../guards/sequences.js";
import { generationColumns } from "./reads.js";
import { resolveDebit } from "./resolve-debit.js";

export const settleGuards = (to: TerminalState) => ({
  ...heldOrLate,
  state: mayMove("settle", to),
  refund: ":refundedCredits BETWEEN 0 AND credits",
});

/** Columns of every end. The epoch rises, so that a worker that still holds the generation loses its lease. */
const ends = `finished_at = ${now}, touched_at = ${now}, due_at = NULL, leased = 0, woken = 0,
     epoch = epoch + 1, version = version + 1, sequence = NULL, queue_position = NULL`;

/** The ends that count against the refund budget: failures by code, cancels by state. */
const budgeted = Object.entries(refundCases).flatMap(([name, row]) => (row.budgeted ? [name] : []));

/**
 * Conditions of counting a refund: the owner caused it, and it cost the host something, since a provider worked on it.
 */
const refundBudgetGuards = {
  ended: `id = :id AND ${isMarked}`,
  refunded: "refunded_credits > 0",
  causedByOwner: `coalesce(failure_code, state) IN (${quoted(budgeted)})`,
  provider: "attempts > 0",
  limited: "refund_interval_ms IS NOT NULL",
};

/** Charges a refund to the owner's budget, with the limit from its submit. An exhausted budget refuses only submits. */
const chargeRefundBudget = `UPDATE safelight_owners
   SET touched_at = refunded.finished_at,
     refund_tat = max(${refundTat("safelight_owners")}, refunded.finished_at) + refunded.refund_interval_ms
   FROM (
     SELECT owner_id, finished_at, refund_interval_ms FROM safelight_generations WHERE ${allOf(refundBudgetGuards)}
   ) AS refunded
   WHERE safelight_owners.id = refunded.owner_id`;

/**
 * Ends a generation and resolves its debit, in one commit.
 *
 * @param where the conditions of the end.
 */
export const settleStatements = (to: TerminalState, where = allOf(settleGuards(to))): readonly string[] => [
  `UPDATE safelight_generations
   SET state = '${to}', command_token = :token, failure_code = :failureCode, refunded_credits = :refundedCredits,
     progress = CASE WHEN '${to}' = 'completed' THEN 1 ELSE progress END, ${ends}
   WHERE ${where}`,

  `INSERT INTO safelight_outputs (generation_id, "index", kind, storage_key, content_type, byte_length, sha256, width,
     height, duration_ms, placeholder, thumbnail, provenance, flags)
   SELECT g.id, item.value ->> 'index', item.value ->> 'kind', item.value ->> 'storageKey', item.value ->> 'contentType',
     item.value ->> 'byteLength', item.value ->> 'sha256', item.value ->> 'width', item.value ->> 'height',
     item.value ->> 'durationMs', item.value ->> 'placeholder', item.value ->> 'thumbnail',
     item.value ->> 'provenance', item.value ->> 'flags'
   FROM safelight_generations g, json_each(:outputs) item
   WHERE g.id = :id AND g.${isMarked} AND g.state = 'completed'`,

  updateAttemptState({
    number: `SELECT attempts FROM safelight_generations WHERE id = :id AND command_token = :token AND ${isMarked}`,
    at: "(SELECT touched_at FROM safelight_generations WHERE id = :id)",
  }),
  cancelJobs,
  ...resolveDebit(":reason"),
  chargeRefundBudget,
  announceEnd,
  ...deleteUnusedObjects,
  ...purge,
  ...assignSequence,
  workerVerdict,
];

/** Whether the provider refused the content in the latest attempt. */
const isRejectedContent = `EXISTS (SELECT 1 FROM safelight_attempts a WHERE a.generation_id = safelight_generations.id
     AND a.number = safelight_generations.attempts AND ${failureCode} = 'content_blocked')`;

/** Conditions of an immediate cancel: no provider has the generation, and the latest attempt was not refused for its content. */
const cancelGuards = {
  generation: "id = :id",
  owner: "owner_id = :ownerId",
  state: mayMove("requestCancel", "canceled"),
  content: `NOT ${isRejectedContent}`,
};

/** Conditions of flagging a generation that a provider may have received: the worker decides. */
const cancelFlagGuards = {
  generation: "id = :id",
  owner: "owner_id = :ownerId",
  active: "finished_at IS NULL",
  once: "cancel_requested_at IS NULL",
};

/** The same, for rejected content, which waits for another attempt. */
const rejectedFlagGuards = { ...cancelFlagGuards, content: isRejectedContent };

/** Columns of a flag. */
const flags = `owner_token = :token, cancel_requested_at = ${now}, touched_at = ${now}, version = version + 1, sequence = NULL`;

/**
 * Ends the generation if possible, else flags it; a repeat changes nothing. Uses a separate token column: the worker's
 * token must stay, because it proves that a command took effect whose response the worker may have lost.
 */
export const requestCancelStatements: readonly string[] = [
  `UPDATE safelight_generations
   SET state = 'canceled', owner_token = :token, cancel_requested_at = coalesce(cancel_requested_at, ${now}),
     refunded_credits = credits, ${ends}
   WHERE ${allOf(cancelGuards)}`,

  // Due out of turn and without its gate: a row with `due_at <= touched_at` would wait in the queue. A worker that was about to
  // start the next attempt loses its lease.
  `UPDATE safelight_generations
   SET ${flags}, due_at = ${now} + 1, gate = NULL, epoch = epoch + 1, leased = 0, woken = 0
   WHERE ${allOf(rejectedFlagGuards)}`,

  `UPDATE safelight_generations
   SET ${flags}, due_at = CASE WHEN leased = 1 THEN due_at ELSE ${now} END, woken = leased
   WHERE ${allOf(cancelFlagGuards)}`,

  cancelJobs,
  ...resolveDebit(`'${withdrawnReason}'`),
  announceEnd,
  ...deleteUnusedObjects,
  ...assignSequence,

  `SELECT ${generationColumns}, g.owner_token = :token AS applied FROM safelight_generations g
   WHERE g.id = :id AND g.owner_id = :ownerId AND g.deleted_at IS NULL`,
];
