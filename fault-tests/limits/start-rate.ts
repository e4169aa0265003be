/**
 * Milliseconds by which the requests of all workers ran ahead of a rate: the max, over all periods, by which the last request
 * of the period came too early. At most 0 if each request was sent when its start was counted. A request that is sent later
 * may come together with others, so the result is at most the max delay between a start and its request.
 *
 * @param sentAt when each request was sent, in milliseconds.
 * @param rate.burst starts that are free at once.
 * @param rate.intervalMs time after which another one is free.
 */
export function aheadOfRateMs(
  sentAt: readonly number[],
  { burst, intervalMs }: { readonly burst: number; readonly intervalMs: number },
): number {
  let minLeadMs = Number.POSITIVE_INFINITY;
  let maxAheadMs = Number.NEGATIVE_INFINITY;
  for (const [index, time] of sentAt.toSorted((one, other) => one - other).entries()) {
    // Requests at exactly the rate have the same lead. It rises with each request that comes earlier than that.
    const leadMs = index * intervalMs - time;
    minLeadMs = Math.min(minLeadMs, leadMs);
    maxAheadMs = Math.max(maxAheadMs, leadMs - minLeadMs - (burst - 1) * intervalMs);
  }
  return maxAheadMs;
}
