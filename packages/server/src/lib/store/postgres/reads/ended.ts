import type { EndedRow } from "../../rows/ended-rows.js";
import type { GenerationRow } from "../../rows/generation-row.js";
import { defineRead } from "../text/define-read.js";
import { confirmedTime, nowInRead, timeParameters } from "../text/time.js";
import { generationColumns } from "./generation-columns.js";

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

/** Oldest ends of all owners, with the time until each is due. A read comes first, so that an idle check writes nothing. */
export const findEnded = defineRead<{ readonly ended: EndedRow }>({
  name: "find_ended",
  parameters: { ...timeParameters, endedForMs: "bigint", limit: "bigint" },
  parts: {
    ended: `SELECT g.id, g.finished_at + :endedForMs - ${nowInRead} AS due_in_ms,
      (g.finished_at + :endedForMs <= (SELECT ${confirmedTime(nowInRead)}))::int AS is_due
    FROM @generations g WHERE g.finished_at IS NOT NULL AND g.deleted_at IS NULL ORDER BY g.finished_at LIMIT :limit + 1`,
  },
});
