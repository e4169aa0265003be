import { defineCommand } from "../../text/define-function.js";
import { closedUntil } from "../../text/queue/gates.js";
import { nowInFunction, timeParameters } from "../../text/time.js";

/**
 * Closes a gate. One that is closed for longer stays closed, unless a clock that was ahead wrote its time.
 *
 * Locks: the gate.
 */
export const closeGate = defineCommand<never>({
  name: "close_gate",
  parameters: { ...timeParameters, key: "text", forMs: "bigint" },
  declare: `v_now bigint := ${nowInFunction};`,
  body: `
  INSERT INTO @gates AS gates (key, closed_until, rate_tat) VALUES (:key, v_now + :forMs, 0)
  ON CONFLICT (key) DO UPDATE SET closed_until = greatest(${closedUntil("v_now")}, excluded.closed_until);
  RETURN NULL;`,
});
