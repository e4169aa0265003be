/** A request, as the vendor received it. */
interface Arrival {
  readonly sentAt: number;
  readonly maxAgeMs: number;
}

/**
 * How far the requests of all workers ran ahead of a rate, in the worst period of any length: the milliseconds by which the
 * last of them came too early. Not above 0 if each was sent when its start was counted. A request that is sent later than
 * its start comes together with younger ones, so this is at most the greatest delay.
 *
 * @param rate.burst starts that are free at once.
 * @param rate.intervalMs time after which another one is free.
 */
export function aheadOfRateMs(
  arrivals: readonly Arrival[],
  { burst, intervalMs }: { readonly burst: number; readonly intervalMs: number },
): number {
  let earliest = Number.POSITIVE_INFINITY;
  let worst = Number.NEGATIVE_INFINITY;
  const times = arrivals.map(({ sentAt }) => sentAt).toSorted((one, other) => one - other);
  for (const [index, sentAt] of times.entries()) {
    // The later this is, the more requests came before it than its time explains.
    const lead = index * intervalMs - sentAt;
    earliest = Math.min(earliest, lead);
    worst = Math.max(worst, lead - earliest - (burst - 1) * intervalMs);
  }
  return worst;
}
