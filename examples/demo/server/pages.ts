import { readFileSync } from "node:fs";
import { join } from "node:path";
import { serveStatic } from "@hono/node-server/serve-static";
import type { Context, MiddlewareHandler } from "hono";
import { compress } from "hono/compress";
import { secureHeaders } from "hono/secure-headers";
import { pagePaths } from "../src/page-paths.ts";
import { createDemoApp, type DemoApp } from "./start-demo.ts";

/**
 * Creates the app that serves Vite's build: hashed assets are immutable, the page is revalidated on each visit. The browser
 * routes, so every path gets the same page. The status is 404 for a path that is not a page.
 */
export function createPages(options: {
  /** Output folder of Vite's build. */
  readonly folder: string;
  /** Sets the cookie of a new visitor. */
  readonly identifyVisitor: MiddlewareHandler;
  /** Origin of the images; `null`: the page's own. */
  readonly publicUrl: string | null;
}): DemoApp {
  const { folder, identifyVisitor, publicUrl } = options;
  const page = readFileSync(join(folder, "index.html"), "utf8");
  const isSecure = publicUrl?.startsWith("https:") ?? false;
  const app = createDemoApp();
  app.use(
    compress(),
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'self'"],
        imgSrc: ["'self'", "data:", "blob:", ...(publicUrl === null ? [] : [publicUrl])],
        mediaSrc: ["'self'", "blob:", ...(publicUrl === null ? [] : [publicUrl])],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
      // Phones open this demo over plain http on a home network, where browsers warn about the other two headers.
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
  const respond = (status: 200 | 404) => (context: Context) => {
    context.header("Cache-Control", "private, no-cache");
    return context.html(page, status);
  };
  for (const path of Object.values(pagePaths)) app.get(path, identifyVisitor, respond(200));
  app.get("*", identifyVisitor, respond(404));
  return app;
}
