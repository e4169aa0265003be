import { withdrawnReason } from "../../../../ledger/refund-for.js";
import type { GenerationRow } from "../../../rows/generation-row.js";
import { generationColumns } from "../../reads/generation-columns.js";
import { failureCode } from "../../text/attempt-state.js";
import { defineCommand } from "../../text/define-function.js";
import { mayMove } from "../../text/literals.js";
import { nowInFunction, timeParameters } from "../../text/time.js";
import { endSideEffects } from "../end-side-effects.js";
import { lockGeneration } from "../lock-generation.js";
import { resolveDebit } from "../resolve-debit.js";

/** Columns of a flag. */
const flags = `owner_token = :token, cancel_requested_at = v_now, touched_at = v_now, version = version + 1,
      sequence = v_sequence`;

/**
 * Ends a generation that no provider has received, and flags any other for its worker; a repeat changes nothing. Uses a
 * separate token column: the token of the worker must stay, because it proves that a command took effect whose response
 * the worker may have lost. Rejected content that waits for another attempt is flagged, too: it is due out of turn and without its
 * gate, and a worker that was about to start the next attempt loses its lease. `applied` is 1 if this command changed the generation.
 *
 * Locks: the owner of the request, both accounts, generation.
 */
export const requestCancel = defineCommand<GenerationRow & { readonly applied: number }>({
  name: "request_cancel",
  exclusiveBy: "accountId",
  parameters: { ...timeParameters, ownerId: "text", id: "text", token: "text", announceTo: "text", give: "text" },
  uses: [lockGeneration, resolveDebit, endSideEffects],
  declare: "v_now bigint; v_gen record; v_sequence bigint; v_is_rejected boolean; v_ends boolean;",
  body: `
  IF @${lockGeneration.name}(:id, :ownerId, 1::smallint, 1::smallint) IS NULL THEN RETURN NULL; END IF;
  v_now := ${nowInFunction};
  SELECT g.state, g.credits, g.finished_at, g.cancel_requested_at, g.attempts INTO v_gen FROM @generations g
    WHERE g.id = :id;
  v_is_rejected := EXISTS (SELECT 1 FROM @attempts a WHERE a.generation_id = :id
    AND a.number = v_gen.attempts AND ${failureCode} = 'content_blocked');
  v_ends := ${mayMove("v_gen.state", { command: "requestCancel", to: "canceled" })} AND NOT v_is_rejected;
  IF v_ends OR (v_gen.finished_at IS NULL AND v_gen.cancel_requested_at IS NULL) THEN
    UPDATE @owners SET sequence = sequence + 1 WHERE id = :ownerId RETURNING sequence INTO v_sequence;
  END IF;
  IF v_ends THEN
    UPDATE @generations SET state = 'canceled', owner_token = :token,
      cancel_requested_at = coalesce(cancel_requested_at, v_now), refunded_credits = credits,
      finished_at = v_now, touched_at = v_now, due_at = NULL, leased = 0, woken = 0, epoch = epoch + 1,
      version = version + 1, sequence = v_sequence, queue_position = NULL
    WHERE id = :id;
    PERFORM @${resolveDebit.name}(:id, 'refund', v_gen.credits, '${withdrawnReason}', :give, v_now);
    PERFORM @${endSideEffects.name}(:id, :announceTo, v_now);
  ELSIF v_sequence IS NOT NULL AND v_is_rejected THEN
    -- A row with due_at <= touched_at would wait in the queue.
    UPDATE @generations SET ${flags}, due_at = v_now + 1, gate = NULL, epoch = epoch + 1, leased = 0, woken = 0
    WHERE id = :id;
  ELSIF v_sequence IS NOT NULL THEN
    UPDATE @generations SET ${flags}, due_at = CASE WHEN leased = 1 THEN due_at ELSE v_now END, woken = leased
    WHERE id = :id;
  END IF;
  RETURN (SELECT to_json(q) FROM (
    SELECT ${generationColumns}, coalesce(g.owner_token = :token, false)::int AS applied FROM @generations g
    WHERE g.id = :id AND g.deleted_at IS NULL) q);`,
});
