import { defineCommand } from "../../text/define-function.js";

/** Stores why an item failed, unless another worker has claimed it since. Locks: the item. */
export const failOutbox = defineCommand<null>({
  name: "fail_outbox",
  parameters: { id: "bigint", tries: "bigint", error: "text" },
  body: `
  UPDATE @outbox SET error = :error WHERE id = :id AND tries = :tries;
  RETURN NULL;`,
});
