import { defineCommand } from "../../text/define-function.js";
import { isHeldOrLate, isPurged, parkUntil } from "../../text/late-write.js";
import { mayMove } from "../../text/literals.js";
import { enqueueCancels, keepNewestCapacity } from "../../text/outbox.js";
import { nowInFunction, timeParameters } from "../../text/time.js";
import type { AppliedRow } from "../applied-row.js";
import { lockGeneration } from "../lock-generation.js";

/**
 * Runs right after the paid request was accepted. A late operation raises the epoch, so that a worker that reconciles
 * the generation loses its lease. The attempt stores the operation unless its content was deleted: only the operation
 * identifies a job that outlives its generation. The job of a generation that has moved on is canceled.
 *
 * Locks: the owner if the generation starts with it, then the generation.
 */
export const recordOperation = defineCommand<AppliedRow>({
  name: "record_operation",
  parameters: {
    ...timeParameters,
    id: "text",
    epoch: "bigint",
    token: "text",
    attemptToken: "text",
    operation: "text",
    dueInMs: "bigint",
    costs: "text",
  },
  uses: [lockGeneration],
  declare: "v_now bigint; v_owner text; v_gen record; v_starts boolean; v_applied boolean; v_sequence bigint;",
  body: `
  SELECT g.started_at IS NULL INTO v_starts FROM @generations g WHERE g.id = :id;
  v_owner := @${lockGeneration.name}(:id, NULL, v_starts::int::smallint, 0::smallint);
  IF v_owner IS NULL THEN RETURN NULL; END IF;
  v_now := ${nowInFunction};
  SELECT g.state, g.epoch, g.command_token, g.attempts, g.started_at, g.woken, g.deadline_at, g.finished_at, g.deleted_at
    INTO v_gen FROM @generations g WHERE g.id = :id;
  IF v_gen.command_token = :token THEN RETURN json_build_object('owner_id', v_owner); END IF;
  v_applied := ${isHeldOrLate} AND ${mayMove("v_gen.state", { command: "recordOperation", to: "running" })};
  IF v_applied THEN
    IF v_gen.started_at IS NULL THEN
      UPDATE @owners SET sequence = sequence + 1 WHERE id = v_owner RETURNING sequence INTO v_sequence;
    END IF;
    UPDATE @generations SET state = 'running', epoch = epoch + (epoch <> :epoch)::int, command_token = :token, touched_at = v_now,
      leased = 0, woken = 0, expired_leases = 0, due_at = ${parkUntil("'running'")},
      started_at = coalesce(started_at, v_now), version = version + (started_at IS NULL)::int,
      sequence = coalesce(v_sequence, sequence)
    WHERE id = :id;
  ELSE
    ${enqueueCancels({
      from: "@generations g JOIN @attempts a ON a.generation_id = g.id WHERE g.id = :id AND a.token = :attemptToken AND a.operation IS NULL",
      operation: ":operation",
      at: "v_now",
    })};
    ${keepNewestCapacity(":attemptToken")};
  END IF;
  UPDATE @attempts SET operation = CASE WHEN ${isPurged} THEN NULL ELSE :operation END, state = 'accepted',
    costs = coalesce(:costs, costs)
  WHERE generation_id = :id AND token = :attemptToken AND operation IS NULL;
  RETURN CASE WHEN v_applied THEN json_build_object('owner_id', v_owner) END;`,
});
