/** In milliseconds. Smaller differences between two machines are usual. */
const maxSkewMs = 300_000;

/**
 * The theoretical arrival time of refunds. If a clock that was ahead wrote the owner last, it moves back by the
 * difference: the budget recovers in its usual time.
 *
 * @param owner alias of the owner's row.
 * @param now an expression.
 */
export const refundTat = (owner: string, now: string): string =>
  `${owner}.refund_tat - CASE WHEN ${owner}.touched_at > ${now} + ${maxSkewMs} THEN ${owner}.touched_at - ${now} ELSE 0 END`;

/** Whether a clock that was ahead wrote the owner last, so that its arrival time of refunds moves back. */
export const isOwnerAhead = (owner: string, now: string): string => `${owner}.touched_at > ${now} + ${maxSkewMs}`;

/**
 * GCRA's theoretical arrival time of the rate, at least now. An accepted submit sets it at most one window ahead. A
 * later value comes from a clock that was ahead, and counts as now. Needs `:ratePerMs`.
 */
export const rateTat = (owner: string, now: string): string =>
  `CASE WHEN ${owner}.rate_tat > ${now} + :ratePerMs + 1 THEN ${now} ELSE greatest(${owner}.rate_tat, ${now}) END`;

/** Up to `:maxActive` active generations of `:ownerId`, newest first, as JSON text. */
export const activeIds = `(SELECT coalesce(json_agg(n.id), '[]'::json)::text FROM (
    SELECT g.id FROM @generations g WHERE g.owner_id = :ownerId AND g.finished_at IS NULL
    ORDER BY g.id DESC LIMIT :maxActive) n)`;
