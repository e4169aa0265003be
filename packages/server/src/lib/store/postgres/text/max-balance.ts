/** Max balance: the largest integer that a number holds exactly. The tables reject a larger one. */
export const maxBalance = Number.MAX_SAFE_INTEGER;

/**
 * Possible refunds to the accounts: the whole price of each active generation that they paid for or get refunds of.
 * Every credit leaves space for them in the balance, so that no refund can fail. Constant while the accounts are locked.
 *
 * @param accountIds expressions.
 */
export function possibleRefunds(...accountIds: readonly string[]): string {
  const accounts = accountIds.join(", ");
  return `(SELECT coalesce(sum(g.credits), 0) FROM @generations g WHERE g.id IN (
    SELECT p.id FROM @generations p WHERE p.account_id IN (${accounts}) AND coalesce(p.finished_at, 0) = 0
    UNION
    SELECT r.id FROM @generations r WHERE r.refund_account_id IN (${accounts}) AND r.refund_account_id IS NOT NULL
      AND r.finished_at IS NULL))`;
}
