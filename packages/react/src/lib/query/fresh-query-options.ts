import { freshUrls } from "./fresh-urls.js";
import * as hooks from "./query-options.js";

// Those of the hooks, which load the schedule of URLs with the connection. These have it without a mounted hook.

/** Options of the query for active and unseen generations, over all models and scopes. */
export const activeQueryOptions: typeof hooks.activeQueryOptions = (client) => ({
  ...hooks.activeQueryOptions(client),
  ...freshUrls,
});

/** Options of the query for one generation. */
export const generationQueryOptions: typeof hooks.generationQueryOptions = (client, id) => ({
  ...hooks.generationQueryOptions(client, id),
  ...freshUrls,
});

/** Options of the infinite query for the history, newest first. */
export const historyQueryOptions: typeof hooks.historyQueryOptions = (client, filter) => ({
  ...hooks.historyQueryOptions(client, filter),
  ...freshUrls,
});
