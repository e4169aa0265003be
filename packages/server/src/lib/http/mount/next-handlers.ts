import type { WaitUntil } from "../request/router-context.js";
import type { MountedRouter } from "./mount-router.js";

/** One function for each method of the router. */
export type NextHandlers = Readonly<
  Record<"GET" | "POST" | "DELETE" | "OPTIONS" | "HEAD", (request: Request) => Promise<Response>>
>;

/**
 * Route handlers for Next.js. The route's folder must be the server's `basePath` with an optional catch-all below it.
 *
 * @param safelight the result of `createSafelight`.
 * @param host in request mode, `{ waitUntil: after }` with `after` of `next/server` continues work after the response.
 */
export function toNextHandlers(
  safelight: Pick<MountedRouter, "handler">,
  host: { readonly waitUntil?: WaitUntil } = {},
): NextHandlers {
  // Drops Next's second argument, the path parameters: the router parses the path itself.
  const handle = (request: Request): Promise<Response> => safelight.handler(request, host);
  return { GET: handle, POST: handle, DELETE: handle, OPTIONS: handle, HEAD: handle };
}
