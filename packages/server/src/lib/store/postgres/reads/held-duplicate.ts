import { defineRead } from "../text/define-read.js";
import { listOf } from "../text/list-of.js";

/** Reads the newest holds only: their keys begin with the time of the submit. */
export const findHeldDuplicate = defineRead<{ readonly duplicates: { readonly found: number } }>({
  name: "held_duplicate",
  parameters: { accountId: "text", keyHash: "text", keys: "text", since: "text" },
  parts: {
    duplicates: `SELECT 1 AS found FROM @outbox WHERE hold_key IS NOT NULL AND hold_key >= :since
        AND hold_key <> ALL (${listOf(":keys")})
        AND payload::json ->> 'accountId' = :accountId AND payload::json ->> 'keyHash' = :keyHash LIMIT 1`,
  },
});
