/** The largest balance: what a number holds exactly. The tables refuse a larger one. */
export const largestBalance = Number.MAX_SAFE_INTEGER;

/**
 * What may still come back to an account: the whole price of what is in progress, of each that it paid or gets back. What
 * raises a balance leaves room for it, so that no refund can fail.
 */
export const mayComeBack = (accountId: string): string => `(SELECT coalesce(sum(credits), 0) FROM safelight_generations
    WHERE finished_at IS NULL AND (account_id = ${accountId} OR refund_account_id = ${accountId}))`;
