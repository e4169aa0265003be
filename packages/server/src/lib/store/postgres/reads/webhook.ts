import type { AttemptRow } from "../../rows/generation-row.js";
import { defineRead } from "../text/define-read.js";
import { attemptColumns } from "./generation-columns.js";

/** An attempt of any owner: the signature of the webhook authorizes the request. */
export const findAttempt = defineRead<{ readonly attempt: AttemptRow & { readonly model: string } }>({
  name: "find_attempt",
  parameters: { id: "text", attempt: "bigint" },
  parts: {
    attempt: `SELECT ${attemptColumns}, g.model FROM @attempts a JOIN @generations g ON g.id = a.generation_id
      WHERE a.generation_id = :id AND a.number = :attempt`,
  },
});
