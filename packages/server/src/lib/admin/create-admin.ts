import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { pathUnder } from "../http/request/path-under.js";
import { errorText } from "../ports/error-text.js";
import { operatorAccessOf } from "../service/operator-access.js";
import { type AdminDeps, type AdminEnv, AdminError, wantsJson } from "./admin-context.js";
import { type AdminOperator, type AdminOptions, resolveAdminOptions } from "./admin-options.js";
import { assetRoutes } from "./assets/asset-routes.js";
import { requireOperator, requireSameOrigin, securityHeaders } from "./guard-request.js";
import { errorPage } from "./pages/error-page.js";
import { accountRoutes } from "./routes/account-routes.js";
import { generationRoutes } from "./routes/generation-routes.js";
import { recordRoutes } from "./routes/record-routes.js";

/** The operator page, in two forms. */
export interface Admin {
  /** For `hostApp.route(basePath, admin.app)`. */
  readonly app: Hono;
  /** For any other host. The request must have its full path. `toNodeHandler(admin)` serves Express and `node:http`. */
  readonly handler: (request: Request, host?: object) => Promise<Response>;
}

/** Max bytes of the body of an action. */
const maxBodyBytes = 16_384;

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
 * @throws {RangeError} for a `scanLimit` outside of its range.
 */
export function createAdmin(safelight: object, options: AdminOptions): Admin {
  const settings = resolveAdminOptions(options);
  const deps: AdminDeps = { access: operatorAccessOf(safelight), settings, newKey: () => crypto.randomUUID() };
  const router = createAdminRouter(deps);
  const app = new Hono();
  app.all("*", (c) => router.fetch(c.req.raw, { host: c, ...incomingOf(c.env) }));
  return { app, handler: async (request, host) => router.fetch(request, incomingOf(host)) };
}

function createAdminRouter(deps: AdminDeps): Hono<AdminEnv> {
  const { access, settings } = deps;
  const router = new Hono<AdminEnv>({ getPath: (request) => pathUnder(settings.basePath, request.url) ?? "/" });
  // The operator first: a header of the page would reveal it to others.
  router.use(requireOperator(deps), securityHeaders(deps), requireSameOrigin(deps));
  router.use(
    bodyLimit({
      maxSize: maxBodyBytes,
      onError: () => {
        throw new AdminError(413, `The form has more than ${maxBodyBytes} bytes.`);
      },
    }),
  );
  router.notFound((c) => {
    const operator: AdminOperator | undefined = c.get("operator");
    // Except to operators, a refused request and an unknown path return the same 404.
    if (operator === undefined) return notFound(c);
    throw new AdminError(404, "There is no such page.");
  });
  router.onError((error, c) => {
    const isRefusal = error instanceof AdminError;
    if (!isRefusal) {
      access.service.logger.error("The operator page failed.", { event: "admin.failed", error: errorText(error) });
    }
    const status = isRefusal ? error.status : 500;
    const message = isRefusal ? error.message : "The request failed. The server's log has the error.";
    if (wantsJson(c.req.header("accept"))) return c.json({ status, error: message }, status);
    return c.html(errorPage({ c, deps }, { status, message }), status);
  });
  assetRoutes(router);
  generationRoutes(router, deps);
  accountRoutes(router, deps);
  recordRoutes(router, deps);
  return router;
}

function notFound(c: Context<AdminEnv>): Response {
  return c.text("404 Not Found", 404);
}

/** The request of Node's http server, which `@hono/node-server` passes. */
function incomingOf(bindings: unknown): AdminEnv["Bindings"] {
  const incoming: unknown =
    typeof bindings === "object" && bindings !== null ? Reflect.get(bindings, "incoming") : null;
  return typeof incoming === "object" && incoming !== null ? { incoming } : {};
}
