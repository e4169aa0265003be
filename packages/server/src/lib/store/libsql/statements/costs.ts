/**
 * Costs by model, provider and unit, with the credits kept; these count for the first unit of an attempt only. Ids of
 * generations begin with their time, so a range of ids is a range of time. Reads the whole range on purpose.
 */
export const readCostsStatement = `SELECT g.model AS model, a.provider_id AS provider_id, cost.value ->> 'unit' AS unit,
     count(*) AS attempts, coalesce(sum(cost.value ->> 'amount'), 0) AS amount,
     coalesce(sum(CASE WHEN coalesce(cost.key, 0) = 0 AND a.number = g.attempts AND g.finished_at IS NOT NULL
       THEN g.credits - g.refunded_credits END), 0) AS credits
   FROM safelight_attempts a
   JOIN safelight_generations g ON g.id = a.generation_id
   LEFT JOIN json_each(a.costs) cost
   WHERE a.generation_id >= :from AND a.generation_id < :to
   GROUP BY g.model, a.provider_id, unit
   ORDER BY g.model, a.provider_id, unit`;
