import { isErased } from "../../text/erased.js";
import { announceEnd } from "../../text/outbox.js";
import { nowInFunction } from "../../text/time.js";
import { adjust } from "../credits/adjust.js";
import { lockGeneration } from "../lock-generation.js";
import { lockNames } from "../lock-names.js";
import { remove } from "../owner/remove.js";
import { requestCancel } from "../owner/request-cancel.js";
import { submit } from "../submit/submit.js";
import { settle } from "../worker/settle.js";
import { callOf, recordedCommand } from "./record-action.js";

const snapshot = `(SELECT json_build_object('state', g.state, 'failureCode', g.failure_code, 'credits', g.credits,
      'refundedCredits', g.refunded_credits, 'dueAt', g.due_at, 'cancelRequestedAt', g.cancel_requested_at,
      'deletedAt', g.deleted_at)::text
    FROM @generations g WHERE g.id = :id)`;

const isWritten = (column: string) => `EXISTS (SELECT 1 FROM @generations g WHERE g.id = :id AND g.${column} = :token)`;

/** Locks a generation and every row that its end changes. */
const lockAll = `PERFORM @${lockGeneration.name}(:id, NULL, 1::smallint, 1::smallint);`;

/** Locks: owner, both accounts, generation. */
export const cancelByOperator = recordedCommand({
  name: "operator_cancel",
  parameters: requestCancel.parameters,
  uses: [lockGeneration, requestCancel],
  lock: lockAll,
  effect: callOf(requestCancel),
  isApplied: isWritten("owner_token"),
  snapshot,
});

const { attemptToken: _token, epoch: _epoch, ...endParameters } = settle.parameters;

/**
 * Ends a generation of any epoch: a worker may hold it. The result of a storing one is paid: it is not discarded.
 *
 * Locks: owner, both accounts, generation.
 */
export const endByOperator = recordedCommand({
  name: "operator_end",
  parameters: endParameters,
  uses: [lockGeneration, settle],
  lock: lockAll,
  effect: `IF (SELECT g.state <> 'storing' FROM @generations g WHERE g.id = :id) THEN
      ${callOf(settle, { attemptToken: "NULL", epoch: "(SELECT g.epoch FROM @generations g WHERE g.id = :id)" })}
    END IF;`,
  isApplied: isWritten("command_token"),
  snapshot,
});

/** Whether no worker holds the generation. Its due time stays if it is due already: claims are in that order. */
const wakeGuards = `id = :id AND finished_at IS NULL AND (leased = 0 OR due_at <= ${nowInFunction})`;

/** Makes a generation due that no worker holds. Locks: generation. */
export const wakeByOperator = recordedCommand({
  name: "operator_wake",
  parameters: { id: "text" },
  uses: [lockGeneration],
  lock: `PERFORM @${lockGeneration.name}(:id, NULL, 0::smallint, 0::smallint);`,
  effect: `UPDATE @generations SET due_at = ${nowInFunction} WHERE ${wakeGuards} AND due_at > ${nowInFunction};`,
  isApplied: `EXISTS (SELECT 1 FROM @generations WHERE ${wakeGuards})`,
  snapshot,
});

/** A generation is refunded once: its entry loses its key when the account is erased, but the record of the refund stays. */
const isFirstRefund = `(:action <> 'refund' OR NOT EXISTS (SELECT 1 FROM @operator_actions o
      WHERE o.subject = :subject AND o.action = 'refund' AND o.outcome = 'applied'))`;

/** A transfer may have moved the credits since the operator's page was read. */
const isRefundee = `(:refundOf IS NULL OR EXISTS (
      SELECT 1 FROM @generations g WHERE g.id = :refundOf AND coalesce(g.refund_account_id, g.account_id) = :accountId))`;

/**
 * Locks: the name of the account, then the account; of a refund both accounts of the generation, then the generation.
 */
export const adjustByOperator = recordedCommand({
  name: "operator_adjust",
  parameters: { ...adjust.parameters, refundOf: "text" },
  uses: [lockNames, lockGeneration, adjust],
  lock: `PERFORM @${lockNames.name}(:accountId, NULL);
  -- The adjustment creates an account that is missing.
  IF :refundOf IS NULL THEN PERFORM 1 FROM @accounts a WHERE a.id = :accountId FOR NO KEY UPDATE;
  ELSE PERFORM @${lockGeneration.name}(:refundOf, NULL, 0::smallint, 1::smallint); END IF;`,
  effect: `IF ${isFirstRefund} AND ${isRefundee} THEN ${callOf(adjust)} END IF;`,
  isApplied: "EXISTS (SELECT 1 FROM @accounts a WHERE a.id = :accountId AND a.command_token = :token)",
  snapshot: `(SELECT json_build_object('balance', a.balance, 'entry',
        (SELECT l.id FROM @ledger_entries l WHERE l.account_id = :accountId AND l.key = :key))::text
      FROM @accounts a WHERE a.id = :accountId)`,
  // An account that was erased before this command has another id.
  subject: `CASE WHEN :subject = :accountId AND ${isErased} THEN '*' ELSE :subject END`,
});

/**
 * Submits only for an owner and an account that exist. Locks: owner, account.
 */
export const retryByOperator = recordedCommand({
  name: "operator_retry",
  parameters: submit.parameters,
  uses: [submit],
  lock: `-- The effect needs both rows.
  PERFORM 1 FROM @owners o WHERE o.id = :ownerId FOR NO KEY UPDATE;
  -- As above.
  PERFORM 1 FROM @accounts a WHERE a.id = :accountId FOR NO KEY UPDATE;`,
  effect: `IF EXISTS (SELECT 1 FROM @owners o WHERE o.id = :ownerId)
      AND EXISTS (SELECT 1 FROM @accounts a WHERE a.id = :accountId) THEN ${callOf(submit)} END IF;`,
  isApplied: "EXISTS (SELECT 1 FROM @generations g WHERE g.id = :id)",
  snapshot: `(SELECT json_build_object('balance', a.balance, 'retry', (SELECT g.id FROM @generations g WHERE g.id = :id))::text
    FROM @accounts a WHERE a.id = :accountId)`,
});

/** Locks: the owner of the request, generation. */
export const removeByOperator = recordedCommand({
  name: "operator_delete",
  parameters: remove.parameters,
  uses: [lockGeneration, remove],
  lock: `PERFORM @${lockGeneration.name}(:id, :ownerId, 1::smallint, 0::smallint);`,
  effect: callOf(remove),
  isApplied: `(v_before::json ->> 'deletedAt') IS NULL AND EXISTS (SELECT 1 FROM @generations g
      WHERE g.id = :id AND g.owner_id = :ownerId AND g.finished_at IS NOT NULL AND g.deleted_at IS NOT NULL)`,
  snapshot,
});

const hasEnded = "EXISTS (SELECT 1 FROM @generations g WHERE g.id = :id AND g.finished_at IS NOT NULL)";

/** Locks: generation. */
export const announceByOperator = recordedCommand({
  name: "operator_announce",
  parameters: { id: "text", announceTo: "text" },
  uses: [lockGeneration],
  lock: `PERFORM @${lockGeneration.name}(:id, NULL, 0::smallint, 0::smallint);`,
  effect: `IF ${hasEnded} THEN
      ${announceEnd({ refundedCredits: "(SELECT g.refunded_credits FROM @generations g WHERE g.id = :id)", at: nowInFunction })};
    END IF;`,
  isApplied: hasEnded,
  snapshot,
});
