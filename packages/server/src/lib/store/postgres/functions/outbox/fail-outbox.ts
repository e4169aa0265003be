import { defineCommand } from "../../text/define-function.js";
import { nowInFunction, timeParameters } from "../../text/time.js";

/** Stores why an item failed, and when it is due again, unless another worker has claimed it since. Locks: the item. */
export const failOutbox = defineCommand<null>({
  name: "fail_outbox",
  parameters: { ...timeParameters, id: "bigint", tries: "bigint", error: "text", dueInMs: "bigint" },
  body: `
  UPDATE @outbox SET error = :error, due_at = coalesce(${nowInFunction} + :dueInMs, due_at)
  WHERE id = :id AND tries = :tries;
  RETURN NULL;`,
});
