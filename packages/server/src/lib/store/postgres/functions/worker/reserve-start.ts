import { defineCommand } from "../../text/define-function.js";
import { givenLimits, rateTat } from "../../text/queue/gates.js";
import { nowInFunction, timeParameters } from "../../text/time.js";

/**
 * Charges one start to the rate of a gate if it is free now. Returns 0, or the milliseconds until it is free.
 *
 * Locks: the gate.
 */
export const reserveStart = defineCommand<number>({
  name: "reserve_start",
  parameters: { ...timeParameters, limits: "text" },
  declare: "v_now bigint; v_tat float8; v_given record;",
  body: `
  SELECT given.key, given."intervalMs" AS interval_ms, given.burst INTO v_given FROM ${givenLimits};
  INSERT INTO @gates (key, closed_until, rate_tat) VALUES (v_given.key, 0, 0) ON CONFLICT (key) DO NOTHING;
  -- No command deletes a gate.
  PERFORM 1 FROM @gates WHERE key = v_given.key FOR NO KEY UPDATE;
  v_now := ${nowInFunction};
  SELECT ${rateTat} INTO v_tat FROM ${givenLimits} JOIN @gates gates ON gates.key = given.key;
  IF (v_now - v_tat) / v_given.interval_ms + v_given.burst + 0.000001 < 1 THEN
    RETURN to_json(greatest(v_tat + (1 - v_given.burst) * v_given.interval_ms - v_now, 1));
  END IF;
  UPDATE @gates SET rate_tat = v_tat + v_given.interval_ms WHERE key = v_given.key;
  RETURN to_json(0);`,
});
