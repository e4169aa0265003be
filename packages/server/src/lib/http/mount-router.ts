import { Hono } from "hono";
import type { RouterEnv, WaitUntil } from "./router-context.js";

/** What a host may hand over with a request. Others hand over something else in its place, which is ignored. */
export type RequestHost = { readonly waitUntil?: WaitUntil } | object;

/** The two ways into a router. */
export interface MountedRouter {
  /** For `hostApp.route(basePath, app)`. */
  readonly app: Hono;
  /** For every other host that speaks fetch; takes the request's full path. */
  readonly handler: (request: Request, host?: RequestHost) => Promise<Response>;
}

/**
 * Makes the router mountable. The app is one route for everything: a host's own router decides about trailing slashes,
 * unknown paths and methods of the routes that it knows, and those are ours to decide.
 */
export function mountRouter(router: Hono<RouterEnv>): MountedRouter {
  const app = new Hono();
  app.all("*", (c) => router.fetch(c.req.raw, { host: c, isFramed: isFramed(c.req.raw, c.env) }));
  return {
    app,
    handler: async (request, host = {}) =>
      router.fetch(request, { waitUntil: waitUntilOf(host), isFramed: isFramed(request, host) }),
  };
}

/**
 * Whether this is the very request that came in through Node's HTTP/1 parser, which lets no more in than is stated.
 * `@hono/node-server` hands over `incoming`, and its own request holds it; one that a host has made of that may bring more.
 */
function isFramed(request: Request, bindings: unknown): boolean {
  if (typeof bindings !== "object" || bindings === null || !("incoming" in bindings)) return false;
  const { incoming } = bindings;
  if (typeof incoming !== "object" || incoming === null || !("httpVersion" in incoming)) return false;
  const parts = Object.getOwnPropertySymbols(request).map((symbol): unknown => Reflect.get(request, symbol));
  return parts.includes(incoming) && String(incoming.httpVersion).startsWith("1.");
}

function waitUntilOf(host: RequestHost): WaitUntil | undefined {
  if (!("waitUntil" in host) || typeof host.waitUntil !== "function") return undefined;
  // Called on the host: the execution context of a worker refuses to be taken apart.
  return (promise) => host.waitUntil?.(promise);
}
