/**
 * Whether the caller holds the lease of `v_gen`. The submitter of the latest attempt may also record a late response of
 * the provider while its outcome is unknown.
 */
export const isHeldOrLate = `(v_gen.epoch = :epoch OR (v_gen.state = 'reconciling' AND EXISTS (
    SELECT 1 FROM @attempts a WHERE a.generation_id = :id AND a.number = v_gen.attempts AND a.token = :attemptToken)))`;

/** Whether the content of `v_gen` was deleted: a late or repeated command must not restore it. */
export const isPurged = "(v_gen.finished_at IS NOT NULL AND v_gen.deleted_at IS NOT NULL)";

/**
 * Due after `:dueInMs`, or now if the generation was woken since the claim. Capped at the deadline, except in `storing`:
 * the worker adds a grace to its deadline, and enforces both. In `queued`, also capped at an earliest start in the future:
 * the delay counts from the claim, and `isTooFar` takes a later due time for that of a wrong clock.
 *
 * @param to an expression. `not_before` is the column of the updated row.
 */
export const parkUntil = (to: string): string => {
  const due = "CASE WHEN v_gen.woken = 1 THEN v_now ELSE v_now + :dueInMs END";
  const start = `CASE WHEN ${to} = 'queued' AND not_before > v_now THEN not_before END`;
  return `CASE WHEN ${to} = 'storing' THEN ${due} ELSE least(${due}, greatest(v_gen.deadline_at, v_now), ${start}) END`;
};
