import { terminalStates } from "../../../../generation/generation-state.js";
import { refundCases } from "../../../../ledger/refund-cases.js";
import { attemptParameters, updateAttemptState } from "../../text/attempt-state.js";
import { defineCommand } from "../../text/define-function.js";
import { refundTat } from "../../text/gcra.js";
import { isHeldOrLate } from "../../text/late-write.js";
import { mayMove, quoted } from "../../text/literals.js";
import { nowInFunction, timeParameters } from "../../text/time.js";
import type { AppliedRow } from "../applied-row.js";
import { endSideEffects } from "../end-side-effects.js";
import { lockGeneration } from "../lock-generation.js";
import { resolveDebit } from "../resolve-debit.js";

/** The ends that count against the refund budget: failures by code, cancels by state. */
const budgeted = Object.entries(refundCases).flatMap(([name, row]) => (row.budgeted ? [name] : []));

const mayEnd = `(CASE :to ${terminalStates
  .map((to) => `WHEN '${to}' THEN ${mayMove("v_gen.state", { command: "settle", to })}`)
  .join("\n      ")} ELSE false END)`;

/** Whether the owner caused a refund that cost the host something, since a provider worked on the generation. */
const isBudgeted = `:refundedCredits > 0 AND coalesce(:failureCode, :to) IN (${quoted(budgeted)})
    AND v_gen.attempts > 0 AND v_gen.refund_interval_ms IS NOT NULL`;

/**
 * Ends a generation and resolves its debit, in one commit. The epoch rises, so that a worker that still holds the
 * generation loses its lease. A refund that the owner caused is charged to the budget, with the limit from the submit.
 *
 * Locks: owner, both accounts, generation.
 */
export const settle = defineCommand<AppliedRow>({
  name: "settle",
  exclusiveBy: "accountId",
  parameters: {
    ...timeParameters,
    ...attemptParameters,
    id: "text",
    epoch: "bigint",
    token: "text",
    attemptToken: "text",
    to: "text",
    refundedCredits: "bigint",
    reason: "text",
    failureCode: "text",
    outputs: "text",
    announceTo: "text",
    give: "text",
  },
  uses: [lockGeneration, resolveDebit, endSideEffects],
  declare: "v_now bigint; v_owner text; v_gen record; v_sequence bigint;",
  body: `
  v_owner := @${lockGeneration.name}(:id, NULL, 1::smallint, 1::smallint);
  IF v_owner IS NULL THEN RETURN NULL; END IF;
  v_now := ${nowInFunction};
  SELECT g.state, g.epoch, g.command_token, g.attempts, g.credits, g.refund_interval_ms
    INTO v_gen FROM @generations g WHERE g.id = :id;
  IF v_gen.command_token = :token THEN RETURN json_build_object('owner_id', v_owner); END IF;
  IF NOT ${isHeldOrLate} OR NOT :refundedCredits BETWEEN 0 AND v_gen.credits OR NOT ${mayEnd} THEN RETURN NULL; END IF;
  UPDATE @owners o SET sequence = o.sequence + 1,
    touched_at = CASE WHEN ${isBudgeted} THEN v_now ELSE o.touched_at END,
    refund_tat = CASE WHEN ${isBudgeted}
      THEN greatest(${refundTat("o", "v_now")}, v_now) + v_gen.refund_interval_ms ELSE o.refund_tat END
  WHERE o.id = v_owner RETURNING o.sequence INTO v_sequence;
  UPDATE @generations SET state = :to, command_token = :token, failure_code = :failureCode,
    refunded_credits = :refundedCredits, progress = CASE WHEN :to = 'completed' THEN 1 ELSE progress END,
    finished_at = v_now, touched_at = v_now, due_at = NULL, leased = 0, woken = 0, epoch = epoch + 1,
    version = version + 1, sequence = v_sequence, queue_position = NULL
  WHERE id = :id;
  INSERT INTO @outputs (generation_id, "index", kind, storage_key, content_type, byte_length, sha256, width, height,
    duration_ms, placeholder, thumbnail, provenance, flags)
  SELECT :id, (v ->> 'index')::bigint, v ->> 'kind', v ->> 'storageKey', v ->> 'contentType', (v ->> 'byteLength')::bigint,
    v ->> 'sha256', (v ->> 'width')::bigint, (v ->> 'height')::bigint, (v ->> 'durationMs')::numeric, v ->> 'placeholder',
    v ->> 'thumbnail', v ->> 'provenance', v ->> 'flags'
  FROM json_array_elements(:outputs::json) v;
  ${updateAttemptState};
  PERFORM @${resolveDebit.name}(:id, CASE :to WHEN 'completed' THEN 'capture' ELSE 'refund' END, :refundedCredits, :reason, :give, v_now);
  PERFORM @${endSideEffects.name}(:id, :announceTo, v_now);
  RETURN json_build_object('owner_id', v_owner);`,
});
