import { durationQuantileMs } from "../generation/expected-duration.js";
import type { FoundGenerations } from "../ports/store/operator-store.js";
import type { TimingCount } from "../ports/store/timing-counts.js";
import type { AdminDeps } from "./admin-context.js";
import type { Filter } from "./parse-search.js";

/** A generation is slow beyond this many times the duration within which {@link usualShare} of its model complete. */
const slowFactor = 2;
const usualShare = 0.95;
/** Min completed runs of a model: below, its usual duration is not known. */
const minRuns = 20;

/**
 * The durations, in milliseconds by model, beyond which a generation is slow. Models with fewer than 20 completed runs have none.
 *
 * @param timings of the runs of each model, in any order.
 */
export function slowLimitsOf(timings: readonly TimingCount[]): Readonly<Record<string, number>> {
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

/** Runs a search. Only that of slow generations reads the usual durations of the models that are active now. */
export async function searchGenerations(
  { access, settings }: Pick<AdminDeps, "access" | "settings">,
  { filter, ...page }: { readonly filter: Filter; readonly before: string | null; readonly limit: number },
): Promise<FoundGenerations> {
  const { clock, store } = access.service;
  const { scanLimit } = settings;
  const { isSlow, ...query } = filter;
  let slowerThan: Readonly<Record<string, number>> | null = null;
  if (isSlow) {
    // Without a span of time, the overview counts active generations only.
    const { active } = await store.readOverview({ from: clock.now() + 1_000, intervalMs: 1_000, scanLimit });
    slowerThan = await readSlowLimits(store, active);
  }
  return store.findGenerations({ ...query, slowerThan, ...page, scanLimit });
}

/** As {@link slowLimitsOf}, for the models of these rows. */
export async function readSlowLimits(
  store: AdminDeps["access"]["service"]["store"],
  rows: readonly { readonly model: string }[],
): Promise<Readonly<Record<string, number>>> {
  const models = [...new Set(rows.map(({ model }) => model))];
  return slowLimitsOf(await store.readTimings({ models }));
}
