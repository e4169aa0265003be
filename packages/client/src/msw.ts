/**
 * An in-memory Safelight server for tests: handlers for Mock Service Worker, and methods that drive its generations.
 *
 * @module
 */

export type { SeenRequest } from "./lib/msw/request/mock-request.js";
export type { RefusalOptions } from "./lib/msw/request/refusal.js";
export type { MockProgress } from "./lib/msw/routes/advance-generation.js";
export type { InputSchema } from "./lib/msw/routes/check-input.js";
export { safelightServer } from "./lib/msw/safelight-server.js";
export type { QueueOptions, SafelightServer, SignInOptions } from "./lib/msw/server-commands.js";
export type { MockModel, SafelightServerOptions } from "./lib/msw/server-options.js";
export type { Interception, Leg } from "./lib/msw/state/planned-responses.js";
