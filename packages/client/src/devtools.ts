/**
 * A panel for development: requests, events, the leader, and simulated faults. No other entry imports it.
 *
 * @module
 */

export { createDevtools } from "./lib/devtools/create-devtools.js";
export type {
  Devtools,
  DevtoolsOptions,
  DevtoolsPlugin,
  DevtoolsSources,
  InspectedQueryClient,
} from "./lib/devtools/devtools.js";
