import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Hono } from "hono";
import { type Auth, createAuth } from "./auth.ts";
import { collectionRoutes } from "./collection-routes.ts";
import { Collections } from "./collections.ts";
import { openDatabase } from "./database.ts";
import { migrateTables } from "./migrate.ts";
import { pageRoutes } from "./pages.ts";
import { type App, composeSafelight, createOperatorPage } from "./safelight.ts";
import type { Settings } from "./settings.ts";
import { shopRoutes } from "./shop.ts";

/** All parts of the studio, connected. */
export interface Studio {
  readonly safelight: App;
  readonly auth: Auth;
  /** Creates or upgrades all tables. */
  migrate(): Promise<void>;
  /** The app of a process that serves HTTP. It needs the built page. */
  serve(): Hono;
  /** Lets the worker finish its requests, and closes the connections. */
  close(): Promise<void>;
}

export function createStudio(settings: Settings): Studio {
  mkdirSync(settings.dataFolder, { recursive: true });
  const database = openDatabase(settings.databaseUrl);
  const safelight: App = composeSafelight({ settings, database, auth: () => auth });
  const collections = new Collections(database.tables, safelight.api);
  const auth: Auth = createAuth({
    ...settings,
    pool: database.pool,
    onLeave: async (userId) => {
      await collections.deleteUser(userId);
      await safelight.api.deleteOwner({ ownerId: userId });
    },
  });
  const hasUser = async (id: string) => (await (await auth.$context).internalAdapter.findUserById(id)) !== null;
  return {
    safelight,
    auth,
    migrate: () => migrateTables({ database, auth, safelight }),
    serve: () => {
      const app = new Hono({ strict: false });
      // For liveness checks: it uses no database, whose outage a restart does not repair.
      app.get("/live", (c) => c.text("ok"));
      app.on(["GET", "POST"], "/api/auth/*", (c) => auth.handler(c.req.raw));
      app.route("/api/generations", safelight.app);
      app.route("/api/collections", collectionRoutes(collections, auth));
      app.route("/api/shop", shopRoutes({ settings, auth, credits: safelight.api, hasUser }));
      app.all("/api/*", (c) => c.json({ code: "not_found" }, 404));
      app.route("/admin", createOperatorPage(safelight, auth).app);
      app.route("/", pageRoutes(join(import.meta.dirname, "..", "dist")));
      return app;
    },
    close: async () => {
      await safelight.close();
      await database.close();
    },
  };
}
