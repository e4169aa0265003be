import { durationQuantileMs } from "../generation/expected-duration.js";
import type { OperatorReads } from "../ports/store/operator-store.js";
import type { Store } from "../ports/store/store.js";
import type { TimingCount } from "../ports/store/timing-counts.js";

/** A generation is slow beyond this many times the duration within which {@link usualShare} of its model complete. */
const slowFactor = 2;
const usualShare = 0.95;
/** Min completed runs of a model: below, its usual duration is not known. */
const minRuns = 20;

/** Completes "A generation is slow when it is…". */
export const slowMeaning = `running for more than ${slowFactor} times as long as ${usualShare * 100} % of the completed ones of its model, of which there are at least ${minRuns}`;

/** The durations, in milliseconds by model, beyond which a generation is slow. */
export type SlowLimits = Readonly<Record<string, number>>;

/**
 * Models with fewer than 20 completed runs have no limit.
 *
 * @param timings of the runs of each model, in any order.
 */
export function slowLimitsOf(timings: readonly TimingCount[]): SlowLimits {
  const limits: [model: string, ms: number][] = [];
  for (const model of new Set(timings.map((timing) => timing.model))) {
    const runs = timings.filter((timing) => timing.model === model);
    const usualMs = durationQuantileMs(
      runs.map(({ bucket, count }) => [bucket, count] as const),
      { share: usualShare, minRuns },
    );
    if (usualMs !== null) limits.push([model, slowFactor * usualMs]);
  }
  return Object.fromEntries(limits);
}

/** The limits of the models that are active now. */
export async function readSlowLimits(
  store: Pick<Store, "readTimings"> & Pick<OperatorReads, "activeModels">,
): Promise<SlowLimits> {
  return slowLimitsOf(await store.readTimings({ models: await store.activeModels() }));
}
