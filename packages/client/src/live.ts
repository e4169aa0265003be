/**
 * The part of the client that watches. The client loads it at the first call of `events`, `watch` or `wait`, and
 * `@safelight/react` at the first mount. Internal: it may change in any release.
 *
 * @module
 */
export { events, watch } from "./lib/watching/live-calls.js";
