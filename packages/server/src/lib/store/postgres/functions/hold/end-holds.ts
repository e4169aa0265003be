import { defineCommand } from "../../text/define-function.js";
import { listOf } from "../../text/list-of.js";
import { nowInFunction, timeParameters } from "../../text/time.js";

/**
 * Deletes the refused holds that no worker has claimed, and makes the unused ones due.
 *
 * Locks: the items. Skips locked ones, which a worker has claimed and resolves.
 */
export const endHolds = defineCommand<null>({
  name: "end_holds",
  parameters: { ...timeParameters, refused: "text", unused: "text" },
  declare: "v_now bigint;",
  body: `
  v_now := ${nowInFunction};
  DELETE FROM @outbox WHERE id = ANY (ARRAY(
    SELECT id FROM @outbox WHERE hold_key = ANY (${listOf(":refused")}) AND tries = 0 ORDER BY id FOR UPDATE SKIP LOCKED));
  UPDATE @outbox SET due_at = least(due_at, v_now) WHERE id = ANY (ARRAY(
    SELECT id FROM @outbox WHERE hold_key = ANY (${listOf(":unused")}) AND tries = 0 ORDER BY id FOR UPDATE SKIP LOCKED));
  RETURN NULL;`,
});
