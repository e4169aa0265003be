import { defineCommand } from "../../text/define-function.js";

/** Deletes a finished item. A repeat finds none. Locks: the item. */
export const confirmOutbox = defineCommand<null>({
  name: "confirm_outbox",
  parameters: { id: "bigint" },
  body: `
  DELETE FROM @outbox WHERE id = :id;
  RETURN NULL;`,
});
