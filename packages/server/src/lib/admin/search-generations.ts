import type { FoundGenerations } from "../ports/store/operator-store.js";
import type { AdminDeps } from "./admin-context.js";
import type { Filter } from "./parse-search.js";
import { readSlowLimits, type SlowLimits } from "./slow-limits.js";

/**
 * Runs a search.
 *
 * @param query.slowLimits for `isSlow`; absent: reads them.
 */
export async function searchGenerations(
  { access, settings }: Pick<AdminDeps, "access" | "settings">,
  query: {
    readonly filter: Filter;
    readonly before: string | null;
    readonly limit: number;
    readonly slowLimits?: SlowLimits;
  },
): Promise<FoundGenerations> {
  const { store } = access.service;
  const { filter, slowLimits, ...page } = query;
  const { isSlow, ...wanted } = filter;
  const slowerThan = isSlow ? (slowLimits ?? (await readSlowLimits(store))) : null;
  return store.findGenerations({ ...wanted, slowerThan, ...page, scanLimit: settings.scanLimit });
}
