import { Hono } from "hono";
import { operatorAccessOf } from "../service/operator-access.js";
import type { AdminDeps } from "./admin-context.js";
import { type AdminOptions, resolveAdminOptions } from "./admin-options.js";
import { createAdminRouter } from "./admin-router.js";
import { authorizeRequest, type RequestSource } from "./authorize-request.js";

/** The operator page, in two forms. */
export interface Admin {
  /** For `hostApp.route(basePath, admin.app)`. */
  readonly app: Hono;
  /** For any other host. The request must have its full path. `toNodeHandler(admin)` serves Express and `node:http`. */
  readonly handler: (request: Request, host?: object) => Promise<Response>;
}

/**
 * Creates the operator page of a server: overview, generations, accounts, and actions with a record of each. It is closed:
 * each request is 404 unless `authorize` permits it. Opens and reads nothing before the first request.
 *
 * @param safelight the object that `createSafelight` returned.
 * @example
 * ```ts
 * export const admin = createAdmin(safelight, {
 *   authorize: async ({ headers }) => {
 *     const user = await staffOf(headers);
 *     return user && { actor: user.email, may: user.isAdmin ? "everything" : "read" };
 *   },
 * });
 * app.route("/admin/safelight", admin.app);
 * ```
 * @throws {TypeError} without `authorize`, for an unknown or malformed option, or for another object.
 * @throws {RangeError} for a `scanLimit` or `bulkLimit` outside of its range.
 */
export function createAdmin(safelight: object, options: AdminOptions): Admin {
  const settings = resolveAdminOptions(options);
  const deps: AdminDeps = { access: operatorAccessOf(safelight), settings, newKey: () => crypto.randomUUID() };
  const router = createAdminRouter(deps);
  /** `null` without an operator. */
  const respond = async (request: Request, source: RequestSource): Promise<Response | null> => {
    const verdict = await authorizeRequest(deps, { request, ...source });
    switch (verdict.type) {
      case "operator":
        return router.fetch(request, { operator: verdict.operator, path: verdict.path });
      case "sign_in":
        return new Response(null, { status: 302, headers: { Location: verdict.url, "Cache-Control": "no-store" } });
      case "refused":
        return null;
    }
  };
  const app = new Hono();
  // The host's own response to an unknown path, so that nothing reveals that there is a page.
  app.all("*", async (c) => (await respond(c.req.raw, { context: c, ...incomingOf(c.env) })) ?? c.notFound());
  return { app, handler: async (request, host) => (await respond(request, incomingOf(host))) ?? notFound() };
}

/** As Hono's own. */
function notFound(): Response {
  return new Response("404 Not Found", { status: 404, headers: { "Content-Type": "text/plain; charset=UTF-8" } });
}

/** The request of Node's http server, which `@hono/node-server` passes. */
function incomingOf(bindings: unknown): Pick<RequestSource, "incoming"> {
  const incoming: unknown =
    typeof bindings === "object" && bindings !== null ? Reflect.get(bindings, "incoming") : null;
  return typeof incoming === "object" && incoming !== null ? { incoming } : {};
}
