import { isNotAtGate } from "./waiting.js";

/** The active models, and one null: one index step for each. A model whose generations all wait at a gate is missing. */
export const activeModels = `WITH RECURSIVE active (model) AS (
        SELECT min(model) FROM @generations WHERE ${isNotAtGate}
        UNION ALL
        SELECT (SELECT min(model) FROM @generations WHERE ${isNotAtGate} AND model > active.model)
        FROM active WHERE active.model IS NOT NULL
      )`;
