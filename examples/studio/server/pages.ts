import { readFileSync } from "node:fs";
import { join } from "node:path";
import { serveStatic } from "@hono/node-server/serve-static";
import { type Context, Hono } from "hono";
import { compress } from "hono/compress";
import { secureHeaders } from "hono/secure-headers";
import { pagePaths } from "../src/page-paths.ts";

/** Serves Vite's build from `folder`. The browser routes: each path of a page gets the same HTML, any other one with 404. */
export function pageRoutes(folder: string): Hono {
  const page = readFileSync(join(folder, "index.html"), "utf8");
  const app = new Hono();
  app.use(
    compress(),
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'self'"],
        imgSrc: ["'self'", "data:", "blob:"],
        // The blocks set sizes and progress by the attribute `style`.
        styleSrcAttr: ["'unsafe-inline'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
      xFrameOptions: "DENY",
    }),
  );
  app.use(
    "/assets/*",
    serveStatic({
      root: folder,
      onFound: (_path, c) => c.header("cache-control", "public, max-age=31536000, immutable"),
    }),
  );
  app.all("/assets/*", (c) => c.text("Not found", 404));
  app.use("/:file{.+\\.(svg|js|txt)}", serveStatic({ root: folder }));
  const respond = (status: 200 | 404) => (c: Context) => {
    c.header("cache-control", "private, no-cache");
    return c.html(page, status);
  };
  for (const path of pagePaths) app.get(path, respond(200));
  app.get("*", respond(404));
  return app;
}
