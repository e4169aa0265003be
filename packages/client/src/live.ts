/**
 * The part of the client that watches, and reads failed responses. The client loads it at the first call of `events`,
 * `watch` or `wait` and at the first failed response, and `@safelight/react` at the first mount. Internal: it may change
 * in any release.
 *
 * @module
 */
export { events, onFailure, watch } from "./lib/watching/live-calls.js";
