// A page that uses all exports for browsers. `prefetchActive` is for servers.
export * from "../../packages/client/dist/index.js";
export * from "../../packages/react/dist/index.js";
export {
  activeQueryOptions,
  creditsQueryOptions,
  generationQueryOptions,
  historyQueryOptions,
  safelightKeys,
} from "../../packages/react/dist/query.js";
