/** Max balance: the largest integer that a number holds exactly. The tables reject a larger one. */
export const maxBalance = Number.MAX_SAFE_INTEGER;

/**
 * Possible refunds to the accounts: the whole price of each active generation that they paid for or get refunds of.
 * Every credit leaves space for them in the balance, so that no refund can fail. One subquery for each index.
 */
export function possibleRefunds(...accountIds: readonly string[]): string {
  const accounts = accountIds.join(", ");
  return `(SELECT coalesce(sum(credits), 0) FROM safelight_generations WHERE id IN (
     SELECT id FROM safelight_generations WHERE finished_at IS NULL AND account_id IN (${accounts})
     UNION
     SELECT id FROM safelight_generations WHERE finished_at IS NULL AND refund_account_id IN (${accounts})))`;
}
