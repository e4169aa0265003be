import { readFileSync } from "node:fs";
import { join } from "node:path";
import { serveStatic } from "@hono/node-server/serve-static";
import type { Context, MiddlewareHandler } from "hono";
import { compress } from "hono/compress";
import { secureHeaders } from "hono/secure-headers";
import { pagePaths } from "../src/page-paths.ts";
import { createDemoApp, type DemoApp } from "./start-demo.ts";

/**
 * Serves what Vite built: hashed assets for ever, the page itself fresh each time. The browser does the routing: the
 * page is the same for every path, and says itself where a path names nothing; its status is 404 then.
 *
 * @param folder what Vite built.
 * @param remember gives a new visitor the cookie.
 * @param publicUrl from where pictures come, whatever the page was opened by; `null`: from where the page is.
 */
export function pages(folder: string, remember: MiddlewareHandler, publicUrl: string | null): DemoApp {
  const page = readFileSync(join(folder, "index.html"), "utf8");
  const isSecure = publicUrl?.startsWith("https:") ?? false;
  const app = createDemoApp();
  app.use(
    compress(),
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'self'"],
        imgSrc: ["'self'", "data:", "blob:", ...(publicUrl === null ? [] : [publicUrl])],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
      // Plain http on a home network is how this demo is reached from a phone, where browsers complain of the other two.
      strictTransportSecurity: false,
      crossOriginOpenerPolicy: isSecure,
      originAgentCluster: isSecure,
      xFrameOptions: "DENY",
      permissionsPolicy: { camera: [], microphone: [], geolocation: [] },
    }),
  );
  const cacheFor = (cacheControl: string) => ({
    root: folder,
    onFound: (_path: string, context: Context) => context.header("Cache-Control", cacheControl),
  });
  app.use("/assets/*", serveStatic(cacheFor("public, max-age=31536000, immutable")));
  app.all("/assets/*", (context) => context.text("Not found", 404));
  app.use("/:file{.+\\.(svg|png|ico|txt|webmanifest)|theme\\.js}", serveStatic(cacheFor("public, max-age=3600")));
  const answer = (status: 200 | 404) => (context: Context) => {
    context.header("Cache-Control", "private, no-cache");
    return context.html(page, status);
  };
  for (const path of Object.values(pagePaths)) app.get(path, remember, answer(200));
  app.get("*", remember, answer(404));
  return app;
}
