import type { OperatorActionRow } from "../../../rows/operator-rows.js";
import { announceEndOf } from "../../guards/end-side-effects.js";
import { isErased } from "../../guards/erased-owners.js";
import { allOf, now } from "../../guards/guards.js";
import { typed } from "../../rows/typed-statement.js";
import { adjustWith } from "../credits.js";
import { removeStatements } from "../owner-writes.js";
import { requestCancelStatements, settleGuards, settleStatements } from "../settle.js";
import { submitWith } from "../submit/submit.js";

/** The id of an effect of a bulk is the key of the bulk, a colon, and the id of the generation. */
const actionColumns = `position, actor, action, subject, reason, outcome, state_before AS before, state_after AS after,
     created_at AS at, CASE WHEN bulk_ids IS NOT NULL THEN id
       WHEN instr(id, ':') > 0 THEN substr(id, 1, instr(id, ':') - 1) END AS bulk`;

export const listActionsStatement = typed<OperatorActionRow>(
  `SELECT ${actionColumns} FROM safelight_operator_actions
   WHERE position < coalesce(:before, 9223372036854775807) AND position >= coalesce(:fromPosition, 0)
     AND (:action IS NULL OR action = :action) AND (:actor IS NULL OR actor = :actor)
     AND (:ownerId IS NULL OR subject = :ownerId
       OR (SELECT owner_id FROM safelight_generations WHERE id = subject) = :ownerId)
   ORDER BY position DESC LIMIT :limit`,
);

export const listActionsOfStatement = typed<OperatorActionRow>(
  `SELECT ${actionColumns} FROM safelight_operator_actions
   WHERE subject = :subject AND position < coalesce(:before, 9223372036854775807) ORDER BY position DESC LIMIT :limit`,
);

export const listCreditActionsStatement = typed<OperatorActionRow>(
  `SELECT ${actionColumns} FROM safelight_operator_actions
   WHERE subject IN (SELECT value FROM json_each(:generationIds))
     AND action IN ('cancel', 'end', 'refund', 'retry') AND outcome = 'applied'`,
);

export const listAdjustmentsStatement = typed<OperatorActionRow>(
  `SELECT ${actionColumns} FROM (
     SELECT * FROM safelight_operator_actions WHERE subject = :accountId ORDER BY position DESC LIMIT 10000)
   WHERE action = 'adjust' AND outcome = 'applied'
     AND state_after ->> 'entry' IN (SELECT value FROM json_each(:entryIds))`,
);

const readAction = `SELECT ${actionColumns} FROM safelight_operator_actions WHERE id = :token`;

const generationSnapshot = `(SELECT json_object('state', state, 'failureCode', failure_code, 'credits', credits,
     'refundedCredits', refunded_credits, 'dueAt', due_at, 'cancelRequestedAt', cancel_requested_at,
     'deletedAt', deleted_at)
   FROM safelight_generations WHERE id = :id)`;

const accountSnapshot = `(SELECT json_object('balance', balance, 'entry',
     (SELECT id FROM safelight_ledger_entries WHERE account_id = :accountId AND key = :key))
   FROM safelight_accounts WHERE id = :accountId)`;

interface NewAction {
  readonly outcome: OperatorActionRow["outcome"];
  readonly snapshot: string;
  readonly subject?: string;
}

/** Inserts the record before the effect. A repeat of the command inserts nothing. */
const insertAction = ({ outcome, snapshot, subject = ":subject" }: NewAction) => `INSERT INTO safelight_operator_actions
     (id, actor, action, subject, reason, outcome, state_before, created_at)
   SELECT :token, :actor, :action, ${subject}, :actionReason, '${outcome}', ${snapshot}, ${now} WHERE true
   ON CONFLICT (id) DO NOTHING`;

/** Completes the record after the effect, once. */
const completeAction = (isApplied: string, snapshot: string) => `UPDATE safelight_operator_actions
   SET outcome = iif(${isApplied}, 'applied', 'unchanged'), state_after = coalesce(${snapshot}, 'null')
   WHERE id = :token AND state_after IS NULL`;

/** Wraps a command in the record of an operator, which replaces its verdict. */
export const recorded = (
  command: readonly string[],
  { isApplied, ...action }: { readonly isApplied: string } & Omit<NewAction, "outcome">,
): readonly string[] => [
  insertAction({ ...action, outcome: "unchanged" }),
  ...command.slice(0, -1),
  completeAction(isApplied, action.snapshot),
  readAction,
];

const isWritten = (column: string) =>
  `EXISTS (SELECT 1 FROM safelight_generations WHERE id = :id AND ${column} = :token)`;

export const recordActionStatements: readonly string[] = [
  insertAction({ outcome: "applied", snapshot: "NULL" }),
  readAction,
];

/** A repeat of the key inserts nothing, and reads the first record. */
export const startBulkStatements: readonly string[] = [
  `INSERT INTO safelight_operator_actions (id, actor, action, subject, reason, outcome, state_before, bulk_ids, created_at)
   SELECT :token, :actor, :action, :subject, :actionReason, 'applied',
     json_object('generations', json_array_length(:ids)), :ids, ${now} WHERE true
   ON CONFLICT (id) DO NOTHING`,
  readAction,
];

export const readBulkStatement = typed<OperatorActionRow & { readonly total: number }>(
  `SELECT ${actionColumns}, json_array_length(bulk_ids) AS total FROM safelight_operator_actions
   WHERE id = :key AND bulk_ids IS NOT NULL`,
);

export const countEffectsStatement = typed<{ readonly outcome: OperatorActionRow["outcome"]; readonly count: number }>(
  `SELECT outcome, count(*) AS count FROM safelight_operator_actions
   WHERE id > :key || ':' AND id < :key || ';' GROUP BY outcome`,
);

export const listLeftStatement = typed<{ readonly id: string }>(
  `SELECT item.value AS id FROM safelight_operator_actions o, json_each(o.bulk_ids) item
   WHERE o.id = :key AND NOT EXISTS (SELECT 1 FROM safelight_operator_actions e WHERE e.id = :key || ':' || item.value)
   ORDER BY item.key LIMIT :limit`,
);

/** Whether no worker holds the generation. Its due time stays if it is due already: claims are in that order. */
const wakeGuards = `id = :id AND finished_at IS NULL AND (leased = 0 OR due_at <= ${now})`;

/** A bulk may repeat a wake that a lease had refused: its record is complete. Other refusals are final. */
const isUnrecorded =
  "NOT EXISTS (SELECT 1 FROM safelight_operator_actions WHERE id = :token AND state_after IS NOT NULL)";

const wake = `UPDATE safelight_generations SET due_at = ${now} WHERE ${wakeGuards} AND due_at > ${now} AND ${isUnrecorded}`;

export const wakeByOperatorStatements = recorded([wake, readAction], {
  isApplied: `EXISTS (SELECT 1 FROM safelight_generations WHERE ${wakeGuards})`,
  snapshot: generationSnapshot,
});

export const cancelByOperatorStatements = recorded(requestCancelStatements, {
  isApplied: isWritten("owner_token"),
  snapshot: generationSnapshot,
});

const { epoch: _, ...endGuardsOfAny } = settleGuards("failed");

/** Of any epoch: a worker may hold it. The result of a storing generation is paid: it is not discarded. */
const endGuards = { ...endGuardsOfAny, unpaid: "state <> 'storing'" };

export const endByOperatorStatements = recorded(settleStatements("failed", allOf(endGuards)), {
  isApplied: isWritten("command_token"),
  snapshot: generationSnapshot,
});

/**
 * A generation is refunded once: its entry loses its key when the account is erased, but the record of the refund stays. A
 * transfer may have moved the credits since the operator's page was read.
 */
const operatorAdjustGuards = {
  refundOnce: `:action <> 'refund' OR NOT EXISTS (SELECT 1 FROM safelight_operator_actions
     WHERE subject = :subject AND action = 'refund' AND outcome = 'applied')`,
  refundee: `:refundOf IS NULL OR EXISTS (
     SELECT 1 FROM safelight_generations WHERE id = :refundOf AND coalesce(refund_account_id, account_id) = :accountId)`,
};

export const adjustByOperatorStatements = recorded(adjustWith(allOf(operatorAdjustGuards)), {
  isApplied: "EXISTS (SELECT 1 FROM safelight_accounts WHERE id = :accountId AND command_token = :token)",
  snapshot: accountSnapshot,
  // An account that was erased before this command has another id.
  subject: `CASE WHEN :subject = :accountId AND ${isErased} THEN '*' ELSE :subject END`,
});

/** A repeat of the token submits nothing: its record is complete. */
export const retryByOperatorStatements = recorded(submitWith(isUnrecorded), {
  isApplied: "EXISTS (SELECT 1 FROM safelight_generations WHERE id = :id)",
  snapshot: `(SELECT json_object('balance', balance, 'retry', (SELECT id FROM safelight_generations WHERE id = :id))
     FROM safelight_accounts WHERE id = :accountId)`,
});

export const removeByOperatorStatements = recorded(removeStatements, {
  isApplied: `state_before ->> 'deletedAt' IS NULL AND EXISTS (SELECT 1 FROM safelight_generations
     WHERE id = :id AND owner_id = :ownerId AND finished_at IS NOT NULL AND deleted_at IS NOT NULL)`,
  snapshot: generationSnapshot,
});

export const announceByOperatorStatements = recorded(
  [announceEndOf(`g.id = :id AND ${isUnrecorded}`, now), readAction],
  {
    isApplied: "EXISTS (SELECT 1 FROM safelight_generations WHERE id = :id AND finished_at IS NOT NULL)",
    snapshot: generationSnapshot,
  },
);
