import type { TerminalState } from "../../../generation/generation-state.js";
import { refundCases } from "../../../ledger/refund-cases.js";
import { withdrawnReason } from "../../../ledger/refund-for.js";
import {
  announceEnd,
  cancelJobs,
  closeAttempt,
  dropLeftovers,
  purge,
  takeSequence,
  workerVerdict,
} from "../guards/follow-ups.js";
import { allOf, mayMove, now, quoted } from "../guards/guards.js";
import { refundTat } from "../guards/owner-start.js";
import { generationColumns } from "../rows/generation-row.js";
import { resolveDebit } from "./resolve-debit.js";

/** Conditions of an end by a worker. */
const settleGuards = (to: TerminalState) => ({
  generation: "id = :id",
  epoch: "epoch = :epoch",
  state: mayMove("settle", to),
  returned: ":returned BETWEEN 0 AND credits",
});

/** What ends, whoever ends it. The epoch rises: a holder that is still at work has lost it. */
const ends = `finished_at = ${now}, touched_at = ${now}, due_at = NULL, leased = 0, woken = 0,
     epoch = epoch + 1, version = version + 1, sequence = NULL, queue_position = NULL`;

/** The ends that are taken from the budget: failures by their code, cancels by their state. */
const budgeted = Object.entries(refundCases).flatMap(([name, row]) => (row.budgeted ? [name] : []));

/**
 * Conditions of counting a refund: owners bring it about themselves, and it cost the host something, since a provider had
 * a hand in it.
 */
const refundBudgetGuards = {
  ended: "id = :id AND sequence IS NULL",
  refunded: "refunded_credits > 0",
  steered: `coalesce(failure_code, state) IN (${quoted(budgeted)})`,
  provider: "attempts > 0",
  limited: "refund_interval_ms IS NOT NULL",
};

/** Takes a refund from the owner's budget, as it was at submit. An empty budget refuses submits, never a refund. */
const spendRefundBudget = `UPDATE safelight_owners
   SET touched_at = refunded.finished_at,
     refund_tat = max(${refundTat("safelight_owners")}, refunded.finished_at) + refunded.refund_interval_ms
   FROM (
     SELECT owner_id, finished_at, refund_interval_ms FROM safelight_generations WHERE ${allOf(refundBudgetGuards)}
   ) AS refunded
   WHERE safelight_owners.id = refunded.owner_id`;

/** Ends a generation and resolves its debit, in one commit. */
export const settleStatements = (to: TerminalState): readonly string[] => [
  `UPDATE safelight_generations
   SET state = '${to}', command_token = :token, failure_code = :failureCode, refunded_credits = :returned,
     progress = CASE WHEN '${to}' = 'completed' THEN 1 ELSE progress END, ${ends}
   WHERE ${allOf(settleGuards(to))}`,

  `INSERT INTO safelight_outputs (generation_id, "index", kind, storage_key, content_type, byte_length, sha256, width,
     height, duration_ms, placeholder, thumbnail)
   SELECT g.id, item.value ->> 'index', item.value ->> 'kind', item.value ->> 'storageKey', item.value ->> 'contentType',
     item.value ->> 'byteLength', item.value ->> 'sha256', item.value ->> 'width', item.value ->> 'height',
     item.value ->> 'durationMs', item.value ->> 'placeholder', item.value ->> 'thumbnail'
   FROM safelight_generations g, json_each(:outputs) item
   WHERE g.id = :id AND g.sequence IS NULL AND g.state = 'completed'`,

  closeAttempt,
  cancelJobs,
  ...resolveDebit(":reason"),
  spendRefundBudget,
  announceEnd,
  ...dropLeftovers,
  ...purge,
  ...takeSequence,
  workerVerdict,
];

/** Conditions of ending what no provider has seen, by the owner's word alone. */
const cancelGuards = {
  generation: "id = :id",
  owner: "owner_id = :ownerId",
  state: mayMove("requestCancel", "canceled"),
};

/** Conditions of flagging what a provider may have seen: the worker decides. */
const cancelFlagGuards = {
  generation: "id = :id",
  owner: "owner_id = :ownerId",
  active: "finished_at IS NULL",
  once: "cancel_requested_at IS NULL",
};

/**
 * Ends what it may, flags what is left, and changes nothing the second time. Its token has a column of its own: the
 * worker's is the proof that a command took effect whose answer it may still be asking for.
 */
export const requestCancelStatements: readonly string[] = [
  `UPDATE safelight_generations
   SET state = 'canceled', owner_token = :token, cancel_requested_at = coalesce(cancel_requested_at, ${now}),
     refunded_credits = credits, ${ends}
   WHERE ${allOf(cancelGuards)}`,

  `UPDATE safelight_generations
   SET owner_token = :token, cancel_requested_at = ${now}, touched_at = ${now},
     due_at = CASE WHEN leased = 1 THEN due_at ELSE ${now} END, woken = leased,
     version = version + 1, sequence = NULL
   WHERE ${allOf(cancelFlagGuards)}`,

  cancelJobs,
  ...resolveDebit(`'${withdrawnReason}'`),
  announceEnd,
  ...dropLeftovers,
  ...takeSequence,

  `SELECT ${generationColumns}, g.owner_token = :token AS applied FROM safelight_generations g
   WHERE g.id = :id AND g.owner_id = :ownerId AND g.deleted_at IS NULL`,
];
