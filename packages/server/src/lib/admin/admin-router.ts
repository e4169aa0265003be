import { Hono } from "hono";
import { type AdminDeps, type AdminEnv, wantsJson } from "./admin-context.js";
import { assetRoutes } from "./assets/asset-routes.js";
import { errorResponse } from "./error-response.js";
import { requireSameOrigin, securityHeaders } from "./guard-request.js";
import { errorPage } from "./pages/error-page.js";
import { accountRoutes } from "./routes/account-routes.js";
import { bulkRoutes } from "./routes/bulk-routes.js";
import { deliveryRoutes } from "./routes/delivery-routes.js";
import { fileRoutes } from "./routes/file-routes.js";
import { generationRoutes } from "./routes/generation-routes.js";
import { readingRoutes } from "./routes/reading-routes.js";
import { recordRoutes } from "./routes/record-routes.js";

/** The routes of the page, for requests of operators only. */
export function createAdminRouter(deps: AdminDeps): Hono<AdminEnv> {
  const router = new Hono<AdminEnv>({ getPath: (_, options) => options?.env?.path ?? "/" });
  router.use(securityHeaders(deps), requireSameOrigin(deps));
  router.notFound((c) => {
    const message = "There is no such page.";
    if (wantsJson(c.req.header("accept"))) return c.json({ status: 404, error: message }, 404);
    return c.html(errorPage({ c, deps }, { status: 404, message }), 404);
  });
  router.onError((error, c) => errorResponse(error, { c, deps }));
  assetRoutes(router);
  generationRoutes(router, deps);
  bulkRoutes(router, deps);
  accountRoutes(router, deps);
  readingRoutes(router, deps);
  deliveryRoutes(router, deps);
  fileRoutes(router, deps);
  recordRoutes(router, deps);
  return router;
}
