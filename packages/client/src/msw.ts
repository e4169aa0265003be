/**
 * A Safelight server for tests of hosts: handlers for Mock Service Worker, and the hands that move its generations.
 *
 * @module
 */

export type { MockProgress } from "./lib/msw/advance-generation.js";
export type { InputSchema } from "./lib/msw/check-input.js";
export type { SeenRequest } from "./lib/msw/mock-request.js";
export type { Interception, Leg } from "./lib/msw/planned-answers.js";
export type { RefusalOptions } from "./lib/msw/refusal.js";
export { safelightServer } from "./lib/msw/safelight-server.js";
export type { QueueOptions, SafelightServer, SignInOptions } from "./lib/msw/server-commands.js";
export type { MockModel, SafelightServerOptions } from "./lib/msw/server-options.js";
