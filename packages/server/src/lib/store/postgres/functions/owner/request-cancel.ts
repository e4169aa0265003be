import { withdrawnReason } from "../../../../ledger/refund-for.js";
import type { GenerationRow } from "../../../rows/generation-row.js";
import { generationColumns } from "../../reads/generation-columns.js";
import { defineCommand } from "../../text/define-function.js";
import { mayMove } from "../../text/literals.js";
import { nowInFunction, timeParameters } from "../../text/time.js";
import { endSideEffects } from "../end-side-effects.js";
import { lockGeneration } from "../lock-generation.js";
import { resolveDebit } from "../resolve-debit.js";

/**
 * Ends a generation that no provider has received, and flags any other for its worker; a repeat changes nothing. Uses a
 * separate token column: the token of the worker must stay, because it proves that a command took effect whose response
 * the worker may have lost. Rejected content that waits for another attempt is flagged, too: it is due out of turn and without its
 * gate, and a worker that was about to start the attempt loses it. `applied` is 1 if this command changed the generation.
 *
 * Locks: the owner of the request, both accounts, generation.
 */
export const requestCancel = defineCommand<GenerationRow & { readonly applied: number }>({
  name: "request_cancel",
  // The account is in the row.
  exclusiveBy: "ownerId",
  parameters: { ...timeParameters, ownerId: "text", id: "text", token: "text", announceTo: "text", give: "text" },
  uses: [lockGeneration, resolveDebit, endSideEffects],
  declare: "v_now bigint; v_gen record; v_sequence bigint; v_is_rejected boolean; v_ends boolean;",
  body: `
  IF @${lockGeneration.name}(:id, :ownerId, 1::smallint, 1::smallint) IS NULL THEN RETURN NULL; END IF;
  v_now := ${nowInFunction};
  SELECT g.state, g.credits, g.finished_at, g.cancel_requested_at, g.attempts INTO v_gen FROM @generations g
    WHERE g.id = :id;
  v_is_rejected := v_gen.state = 'retry_wait' AND EXISTS (SELECT 1 FROM @attempts a WHERE a.generation_id = :id
    AND a.number = v_gen.attempts AND a.failure LIKE '%"code":"content_blocked"%');
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
  ELSIF v_sequence IS NOT NULL THEN
    UPDATE @generations SET owner_token = :token, cancel_requested_at = v_now, touched_at = v_now,
      due_at = CASE WHEN v_is_rejected THEN v_now + 1 WHEN leased = 1 THEN due_at ELSE v_now END,
      gate = CASE WHEN v_is_rejected THEN NULL ELSE gate END, epoch = epoch + v_is_rejected::int,
      woken = CASE WHEN v_is_rejected THEN 0 ELSE leased END, leased = CASE WHEN v_is_rejected THEN 0 ELSE leased END,
      version = version + 1, sequence = v_sequence
    WHERE id = :id;
  END IF;
  RETURN (SELECT to_json(q) FROM (
    SELECT ${generationColumns}, coalesce(g.owner_token = :token, false)::int AS applied FROM @generations g
    WHERE g.id = :id AND g.deleted_at IS NULL) q);`,
});
