import { generationColumns } from "../generation-row.js";

/** One generation that has ended, whoever owns it, and what its attempts cost. */
export const getEndedStatement = `SELECT ${generationColumns}, g.deleted_at AS deleted_at, (
     SELECT json_group_array(json_object('providerId', provider_id, 'amount', amount, 'unit', unit))
     FROM (
       SELECT a.provider_id, cost.value ->> 'amount' AS amount, cost.value ->> 'unit' AS unit
       FROM safelight_attempts a JOIN json_each(a.costs) cost
       WHERE a.generation_id = g.id ORDER BY a.number, cost.key
     )
   ) AS costs
   FROM safelight_generations g WHERE g.id = :id AND g.finished_at IS NOT NULL`;
