/**
 * An in-memory Safelight server for tests: handlers for Mock Service Worker, and methods that drive its generations.
 *
 * @module
 */

export { createMockServer } from "./lib/msw/create-mock-server.js";
export type { ReceivedRequest } from "./lib/msw/request/mock-request.js";
export type { RefusalOptions } from "./lib/msw/request/refusal.js";
export type { MockProgress } from "./lib/msw/routes/advance-generation.js";
export type { InputSchema } from "./lib/msw/routes/check-input.js";
export type { MockServer, QueueOptions, SignInOptions } from "./lib/msw/server-commands.js";
export type { MockModel, MockServerOptions } from "./lib/msw/server-options.js";
export type { Interception, Leg } from "./lib/msw/state/planned-responses.js";
