import type { VendorCost } from "../../../ports/provider.js";
import { generationColumns } from "../rows/generation-row.js";

/** Costs of one attempt, as the statement returns them. */
export interface AttemptCosts {
  readonly providerId: string;
  readonly costs: readonly VendorCost[];
}

/** One ended generation of any owner with the costs of its attempts: `AttemptCosts` in order. */
export const getEndedStatement = `SELECT ${generationColumns}, g.deleted_at AS deleted_at, (
     SELECT json_group_array(json_object('providerId', provider_id, 'costs', json(costs)))
     FROM (
       SELECT provider_id, costs FROM safelight_attempts
       WHERE generation_id = g.id AND costs IS NOT NULL ORDER BY number
     )
   ) AS costs
   FROM safelight_generations g WHERE g.id = :id AND g.finished_at IS NOT NULL`;
