/**
 * Serves Safelight from a Next.js route handler.
 *
 * @example
 * ```ts
 * // app/api/generations/[[...path]]/route.ts
 * export const { GET, POST, DELETE, OPTIONS, HEAD } = toNextHandlers(safelight);
 * ```
 * @module
 */
export { type NextHandlers, toNextHandlers } from "./lib/http/mount/next-handlers.js";
