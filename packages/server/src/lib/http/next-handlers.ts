/** One function for each method that the router answers. */
export type NextHandlers = Readonly<
  Record<"GET" | "POST" | "DELETE" | "OPTIONS" | "HEAD", (request: Request) => Promise<Response>>
>;

/**
 * Route handlers for Next.js. The route's folder must be the server's `basePath` with an optional catch-all below it.
 *
 * @param safelight what `createSafelight` gave.
 */
export function toNextHandlers(safelight: { readonly handler: (request: Request) => Promise<Response> }): NextHandlers {
  // Next passes a second argument with the path's parameters, which the router finds by itself.
  const handle = (request: Request): Promise<Response> => safelight.handler(request);
  return { GET: handle, POST: handle, DELETE: handle, OPTIONS: handle, HEAD: handle };
}
