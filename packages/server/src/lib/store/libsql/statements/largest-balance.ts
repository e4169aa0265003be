/** The largest balance: what a number holds exactly. The tables refuse a larger one. */
export const largestBalance = Number.MAX_SAFE_INTEGER;

/**
 * What may still come back to accounts: the whole price of what is in progress, of each that they paid or get back. What
 * raises a balance leaves room for it, so that no refund can fail. One question for each index.
 */
export function mayComeBack(...accountIds: readonly string[]): string {
  const accounts = accountIds.join(", ");
  return `(SELECT coalesce(sum(credits), 0) FROM safelight_generations WHERE id IN (
     SELECT id FROM safelight_generations WHERE finished_at IS NULL AND account_id IN (${accounts})
     UNION
     SELECT id FROM safelight_generations WHERE finished_at IS NULL AND refund_account_id IN (${accounts})))`;
}
