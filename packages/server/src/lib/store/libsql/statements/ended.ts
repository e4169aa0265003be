import { generationColumns } from "../generation-row.js";

/** One generation that has ended, whoever owns it, and what its attempts cost. */
export const getEndedStatement = `SELECT ${generationColumns}, g.deleted_at AS deleted_at, (
     SELECT json_group_array(json_object('providerId', cost.provider_id, 'amount', cost.cost_amount, 'unit', cost.cost_unit))
     FROM (
       SELECT provider_id, cost_amount, cost_unit FROM safelight_attempts
       WHERE generation_id = g.id AND cost_amount IS NOT NULL ORDER BY number
     ) cost
   ) AS costs
   FROM safelight_generations g WHERE g.id = :id AND g.finished_at IS NOT NULL`;
