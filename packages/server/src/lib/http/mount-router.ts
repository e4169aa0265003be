import { Hono } from "hono";
import type { RouterEnv } from "./router-context.js";

/** The two ways into a router. */
export interface MountedRouter {
  /** For `hostApp.route(basePath, app)`. */
  readonly app: Hono;
  /** For every other host that speaks fetch; takes the request's full path. */
  readonly handler: (request: Request) => Promise<Response>;
}

/**
 * Makes the router mountable. The app is one route for everything: a host's own router decides about trailing slashes,
 * unknown paths and methods of the routes that it knows, and those are ours to decide.
 */
export function mountRouter(router: Hono<RouterEnv>): MountedRouter {
  const app = new Hono();
  app.all("*", (c) => router.fetch(c.req.raw, { host: c }));
  return { app, handler: async (request) => router.fetch(request, {}) };
}
