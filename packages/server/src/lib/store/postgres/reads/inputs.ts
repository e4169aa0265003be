import type { InputRecord } from "../../../ports/store/input-store.js";
import { defineRead } from "../text/define-read.js";
import { inputColumns } from "../text/inputs.js";
import { confirmedTime, nowInRead, timeParameters } from "../text/time.js";
import { nthNewest } from "../text/upload-rate.js";

/** Of any owner, or only of the current owner of a generation. */
export const getInput = defineRead<{ readonly input: InputRecord }>({
  name: "get_input",
  parameters: { id: "text", generationId: "text" },
  parts: {
    input: `SELECT ${inputColumns} FROM @inputs WHERE id = :id
      AND (:generationId IS NULL OR owner_id = (SELECT g.owner_id FROM @generations g WHERE g.id = :generationId))`,
  },
});

/** Milliseconds until the next upload is allowed; null if the owner has fewer uploads than the rate. */
export const inputWait = defineRead<{ readonly wait: { readonly wait_ms: number | null } }>({
  name: "input_wait",
  parameters: { ...timeParameters, ownerId: "text", newer: "bigint", perMs: "float8" },
  parts: { wait: `SELECT ${nthNewest(nowInRead)} + :perMs - ${nowInRead} AS wait_ms` },
});

/** Uploads unused for long enough, and the cutoff time. A read comes first, so that an idle check writes nothing. */
export const findUnused = defineRead<{
  readonly unused: { readonly id: string };
  readonly cutoff: { readonly unused_since: number };
}>({
  name: "find_unused",
  parameters: { ...timeParameters, unusedForMs: "bigint", limit: "bigint" },
  parts: {
    unused: `SELECT id FROM @inputs WHERE used_at <= (SELECT ${confirmedTime(nowInRead)} - :unusedForMs)
      ORDER BY used_at LIMIT :limit`,
    cutoff: `SELECT ${confirmedTime(nowInRead)} - :unusedForMs AS unused_since`,
  },
});
