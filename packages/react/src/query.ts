/**
 * Keys, query options and prefetch of Safelight's hooks, for servers and browsers.
 *
 * @module
 */
export type { ActiveData } from "./lib/query/active-data.js";
export { activeQueryOptions, generationQueryOptions, historyQueryOptions } from "./lib/query/fresh-query-options.js";
export { type ActiveApi, type PrefetchOptions, prefetchActive } from "./lib/query/prefetch-active.js";
export {
  type CreditsApi,
  type HistoryApi,
  type PrefetchHistoryOptions,
  prefetchCredits,
  prefetchHistory,
} from "./lib/query/prefetch-pages.js";
export { creditsQueryOptions } from "./lib/query/query-options.js";
export { type HistoryFilter, safelightKeys } from "./lib/query/safelight-keys.js";
