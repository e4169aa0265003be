import { defineCommand } from "../../text/define-function.js";
import { isHeldOrLate, isPurged } from "../../text/late-write.js";
import { mayMove } from "../../text/literals.js";
import { enqueuePrefixDeletion, releaseCapacityOf } from "../../text/outbox.js";
import { nowInFunction, timeParameters } from "../../text/time.js";
import type { AppliedRow } from "../applied-row.js";
import { lockGeneration } from "../lock-generation.js";

/**
 * The provider has finished. The lease and the due time stay. If another worker has claimed the generation since, its
 * lease ends, and the generation is due now for any worker. A late result must contain the outputs: no other worker
 * could fetch them. Outputs that arrive after the end are deleted. A refused command leaves no token, so its repeat adds the
 * prefix again, which is harmless.
 *
 * Locks: the owner if the generation starts with it, then the generation.
 */
export const recordResult = defineCommand<AppliedRow>({
  name: "record_result",
  parameters: {
    ...timeParameters,
    id: "text",
    epoch: "bigint",
    token: "text",
    attemptToken: "text",
    outputs: "text",
    attemptFailure: "text",
    costs: "text",
  },
  uses: [lockGeneration],
  declare: "v_now bigint; v_owner text; v_gen record; v_starts boolean; v_applied boolean; v_sequence bigint;",
  body: `
  SELECT g.started_at IS NULL INTO v_starts FROM @generations g WHERE g.id = :id;
  v_owner := @${lockGeneration.name}(:id, NULL, v_starts::int::smallint, 0::smallint);
  IF v_owner IS NULL THEN RETURN NULL; END IF;
  v_now := ${nowInFunction};
  SELECT g.state, g.epoch, g.command_token, g.attempts, g.started_at, g.finished_at, g.deleted_at, g.touched_at
    INTO v_gen FROM @generations g WHERE g.id = :id;
  IF v_gen.command_token = :token THEN RETURN json_build_object('owner_id', v_owner); END IF;
  v_applied := ${isHeldOrLate} AND (v_gen.epoch = :epoch OR :outputs IS NOT NULL)
    AND ${mayMove("v_gen.state", { command: "recordResult", to: "storing" })};
  IF v_applied THEN
    IF v_gen.started_at IS NULL THEN
      UPDATE @owners SET sequence = sequence + 1 WHERE id = v_owner RETURNING sequence INTO v_sequence;
    END IF;
    UPDATE @generations SET state = 'storing', epoch = epoch + (epoch <> :epoch)::int, command_token = :token,
      touched_at = v_now, expired_leases = 0,
      leased = CASE WHEN epoch = :epoch THEN leased ELSE 0 END,
      due_at = CASE WHEN epoch = :epoch THEN due_at ELSE v_now END,
      started_at = coalesce(started_at, v_now), version = version + (started_at IS NULL)::int,
      sequence = coalesce(v_sequence, sequence)
    WHERE id = :id;
  ELSIF v_gen.finished_at IS NOT NULL AND (v_gen.state <> 'completed' OR v_gen.deleted_at IS NOT NULL) THEN
    -- The outputs of a completed generation that is not deleted have the same prefix.
    ${enqueuePrefixDeletion("id = :id", { at: "v_now", lastPutAt: "v_now" })};
  END IF;
  UPDATE @attempts SET outputs = CASE WHEN ${isPurged} THEN NULL ELSE coalesce(:outputs, outputs) END, state = 'done',
    failure = CASE WHEN ${isPurged} THEN NULL ELSE coalesce(:attemptFailure, failure) END,
    ended_at = coalesce(ended_at, CASE WHEN v_applied THEN v_now ELSE v_gen.touched_at END), costs = coalesce(:costs, costs)
  WHERE generation_id = :id AND token = :attemptToken;
  IF v_gen.finished_at IS NOT NULL THEN
    ${releaseCapacityOf(":attemptToken")};
  END IF;
  RETURN CASE WHEN v_applied THEN json_build_object('owner_id', v_owner) END;`,
});
