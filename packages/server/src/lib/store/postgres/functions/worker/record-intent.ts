import { defineCommand } from "../../text/define-function.js";
import { mayMove } from "../../text/literals.js";
import { nowInFunction, timeParameters } from "../../text/time.js";
import type { AppliedRow } from "../applied-row.js";
import { lockGeneration } from "../lock-generation.js";

/**
 * Runs before the paid request: without the row of the attempt, no request is sent. A repeat after a later write of the
 * worker is refused: its attempt exists.
 *
 * Locks: the owner if the generation may start, then the generation.
 */
export const recordIntent = defineCommand<AppliedRow>({
  name: "record_intent",
  parameters: {
    ...timeParameters,
    id: "text",
    epoch: "bigint",
    token: "text",
    attemptToken: "text",
    providerId: "text",
    starts: "flag",
    expectedInMs: "bigint",
    isEstimated: "flag",
    leaseMs: "bigint",
  },
  uses: [lockGeneration],
  declare: "v_now bigint; v_owner text; v_gen record; v_is_visible boolean; v_sequence bigint;",
  body: `
  v_owner := @${lockGeneration.name}(:id, NULL, :starts, 0::smallint);
  IF v_owner IS NULL THEN RETURN NULL; END IF;
  v_now := ${nowInFunction};
  SELECT g.state, g.epoch, g.command_token, g.cancel_requested_at, g.deadline_at, g.attempts, g.max_attempts, g.started_at, g.gate
    INTO v_gen FROM @generations g WHERE g.id = :id;
  IF v_gen.command_token = :token THEN RETURN json_build_object('owner_id', v_owner); END IF;
  IF v_gen.epoch <> :epoch OR NOT ${mayMove("v_gen.state", { command: "recordIntent", to: "submitting" })}
    OR v_gen.cancel_requested_at IS NOT NULL OR v_gen.deadline_at <= v_now OR v_gen.attempts >= v_gen.max_attempts
    OR EXISTS (SELECT 1 FROM @attempts WHERE token = :attemptToken)
  THEN RETURN NULL; END IF;
  v_is_visible := :starts = 1 AND v_gen.started_at IS NULL;
  IF v_is_visible THEN
    UPDATE @owners SET sequence = sequence + 1 WHERE id = v_owner RETURNING sequence INTO v_sequence;
  END IF;
  UPDATE @generations SET state = 'submitting', attempts = attempts + 1, command_token = :token, touched_at = v_now,
    started_at = CASE WHEN :starts = 1 THEN coalesce(started_at, v_now) ELSE started_at END,
    deadline_at = coalesce(started_deadline_at, deadline_at),
    due_at = CASE WHEN started_deadline_at IS NULL THEN due_at
      ELSE least(greatest(due_at, v_now + :leaseMs), started_deadline_at) END,
    expected_at = coalesce(expected_at, v_now + :expectedInMs),
    progress_source = CASE WHEN :isEstimated = 1 AND progress IS NULL THEN 'estimate' ELSE progress_source END,
    version = version + v_is_visible::int, sequence = coalesce(v_sequence, sequence)
  WHERE id = :id;
  INSERT INTO @attempts (generation_id, number, state, token, provider_id, gate, started_at)
  VALUES (:id, v_gen.attempts + 1, 'intent', :attemptToken, :providerId, v_gen.gate, v_now);
  RETURN json_build_object('owner_id', v_owner);`,
});
