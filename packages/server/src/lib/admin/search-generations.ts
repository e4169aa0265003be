import type { FoundGenerations } from "../ports/store/operator-store.js";
import type { AdminDeps } from "./admin-context.js";
import type { Filter } from "./parse-search.js";
import { readSlowLimits } from "./slow-limits.js";

/** Runs a search. Only that of slow generations reads the usual durations of the models. */
export async function searchGenerations(
  { access, settings }: Pick<AdminDeps, "access" | "settings">,
  { filter, ...page }: { readonly filter: Filter; readonly before: string | null; readonly limit: number },
): Promise<FoundGenerations> {
  const { store } = access.service;
  const { isSlow, ...query } = filter;
  const slowerThan = isSlow ? await readSlowLimits(store) : null;
  return store.findGenerations({ ...query, slowerThan, ...page, scanLimit: settings.scanLimit });
}
