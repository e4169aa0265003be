import { statesBefore } from "../../../../generation/generation-state.js";
import type { RecordedWebhookRow } from "../../../rows/webhook-verdict.js";
import { defineCommand } from "../../text/define-function.js";
import { isPurged } from "../../text/late-write.js";
import { quoted } from "../../text/literals.js";
import { enqueueCancels, keepNewestCapacity } from "../../text/outbox.js";
import { confirmedTime, nowInFunction, timeParameters } from "../../text/time.js";

/** In milliseconds: longer than vendors repeat a delivery. A repeat may have a new timestamp and signature. */
const deliveryRetentionMs = 86_400_000;

/**
 * Whether the generation waits for the provider of the attempt. In the excluded states no provider has a job: the cancel
 * request of the owner ends the generation at once.
 */
const isAwaited = `v_gen.finished_at IS NULL AND v_gen.attempts = :attempt
    AND v_gen.state NOT IN (${quoted(statesBefore("requestCancel", "canceled"))})`;

/**
 * Records a verified webhook. The holder of the generation keeps its lease, and polls again once it releases it. The attempt
 * keeps the first hint, while the response to the paid request is missing. If the generation has moved on without the job,
 * the job is canceled, unless a recorded result proves that it has ended. A repeat changes nothing; the token
 * distinguishes a command that is sent again from a repeat by the vendor.
 *
 * Locks: the generation. Old deliveries that another command deletes are skipped.
 */
export const recordWebhook = defineCommand<RecordedWebhookRow>({
  name: "record_webhook",
  parameters: {
    ...timeParameters,
    id: "text",
    attempt: "bigint",
    deliveryId: "text",
    operationHint: "text",
    token: "text",
  },
  declare: "v_now bigint; v_confirmed bigint; v_gen record; v_awaited boolean;",
  body: `
  PERFORM 1 FROM @generations WHERE id = :id FOR NO KEY UPDATE;
  IF NOT FOUND OR NOT EXISTS (SELECT 1 FROM @attempts WHERE generation_id = :id AND number = :attempt) THEN RETURN NULL; END IF;
  v_now := ${nowInFunction};
  SELECT g.state, g.attempts, g.finished_at, g.deleted_at INTO v_gen FROM @generations g WHERE g.id = :id;
  v_awaited := ${isAwaited};
  INSERT INTO @webhook_deliveries (generation_id, attempt, delivery_id, token, received_at)
  VALUES (:id, :attempt, :deliveryId, :token, v_now) ON CONFLICT (generation_id, attempt, delivery_id) DO NOTHING;
  IF FOUND THEN
    IF :operationHint IS NOT NULL AND NOT v_awaited THEN
      ${enqueueCancels({
        from: `@generations g JOIN @attempts a ON a.generation_id = g.id
      WHERE g.id = :id AND a.number = :attempt AND a.operation_hint IS NULL AND a.operation IS NULL AND a.state <> 'done'`,
        operation: "NULL",
        operationHint: ":operationHint",
        at: "v_now",
      })};
      ${keepNewestCapacity("(SELECT a.token FROM @attempts a WHERE a.generation_id = :id AND a.number = :attempt)")};
    END IF;
    UPDATE @attempts SET operation_hint = :operationHint
    WHERE generation_id = :id AND number = :attempt AND operation_hint IS NULL AND operation IS NULL AND NOT ${isPurged};
    IF v_awaited THEN
      UPDATE @generations SET due_at = CASE WHEN leased = 1 THEN due_at ELSE least(due_at, v_now) END, woken = leased
      WHERE id = :id;
    END IF;
    -- Deletes faster than deliveries arrive. The limit keeps commits small.
    v_confirmed := ${confirmedTime("v_now")};
    DELETE FROM @webhook_deliveries WHERE ctid = ANY (ARRAY(
      SELECT ctid FROM @webhook_deliveries WHERE received_at <= v_confirmed - ${deliveryRetentionMs}
      ORDER BY received_at LIMIT 4 FOR UPDATE SKIP LOCKED));
  END IF;
  RETURN (SELECT json_build_object('recorded', (d.token = :token)::int, 'awaited', v_awaited::int)
    FROM @webhook_deliveries d WHERE d.generation_id = :id AND d.attempt = :attempt AND d.delivery_id = :deliveryId);`,
});
