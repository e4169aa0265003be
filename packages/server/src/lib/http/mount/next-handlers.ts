import type { WaitUntil } from "../request/router-context.js";
import type { MountedRouter } from "./mount-router.js";

/** One function for each method that the router answers. */
export type NextHandlers = Readonly<
  Record<"GET" | "POST" | "DELETE" | "OPTIONS" | "HEAD", (request: Request) => Promise<Response>>
>;

/**
 * Route handlers for Next.js. The route's folder must be the server's `basePath` with an optional catch-all below it.
 *
 * @param safelight what `createSafelight` gave.
 * @param host in request mode: `{ waitUntil: after }` with `after` of `next/server` has work go on after the answer.
 */
export function toNextHandlers(
  safelight: Pick<MountedRouter, "handler">,
  host: { readonly waitUntil?: WaitUntil } = {},
): NextHandlers {
  // Next passes a second argument with the path's parameters, which the router finds by itself.
  const handle = (request: Request): Promise<Response> => safelight.handler(request, host);
  return { GET: handle, POST: handle, DELETE: handle, OPTIONS: handle, HEAD: handle };
}
