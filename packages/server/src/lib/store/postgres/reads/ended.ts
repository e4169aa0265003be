import type { EndedRow } from "../../rows/ended-rows.js";
import type { AttemptRow, GenerationRow } from "../../rows/generation-row.js";
import { defineRead } from "../text/define-read.js";
import { confirmedTime, timeOfRead, timeParameters } from "../text/time.js";
import { attemptColumns, generationColumns } from "./generation-columns.js";

/** A generation of any owner, and the costs of its attempts. They stay text: one damaged value must not hide the others. */
export const getEnded = defineRead<{
  readonly generation: GenerationRow;
  readonly attempts: { readonly providerId: string; readonly costs: string };
}>({
  name: "get_ended",
  parameters: { id: "text" },
  parts: {
    generation: `SELECT ${generationColumns} FROM @generations g WHERE g.id = :id AND g.finished_at IS NOT NULL`,
    attempts: `SELECT a.provider_id AS "providerId", a.costs FROM @attempts a
      WHERE a.generation_id = :id AND a.costs IS NOT NULL ORDER BY a.number`,
  },
});

/** An attempt of any owner: the signature of the webhook authorizes the request. */
export const findAttempt = defineRead<{ readonly attempt: AttemptRow & { readonly model: string } }>({
  name: "find_attempt",
  parameters: { id: "text", attempt: "bigint" },
  parts: {
    attempt: `SELECT ${attemptColumns}, g.model FROM @attempts a JOIN @generations g ON g.id = a.generation_id
      WHERE a.generation_id = :id AND a.number = :attempt`,
  },
});

/** Oldest ends of all owners, with the time until each is due. A read comes first, so that an idle check writes nothing. */
export const findEnded = defineRead<{ readonly ended: EndedRow }>({
  name: "find_ended",
  parameters: { ...timeParameters, endedForMs: "bigint", limit: "bigint" },
  parts: {
    ended: `SELECT g.id, g.finished_at + :endedForMs - ${timeOfRead} AS due_in_ms,
      (g.finished_at + :endedForMs <= (SELECT ${confirmedTime(timeOfRead)}))::int AS is_due
    FROM @generations g WHERE g.finished_at IS NOT NULL AND g.deleted_at IS NULL ORDER BY g.finished_at LIMIT :limit + 1`,
  },
});
