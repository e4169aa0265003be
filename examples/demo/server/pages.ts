import { readFileSync } from "node:fs";
import { join } from "node:path";
import { serveStatic } from "@hono/node-server/serve-static";
import type { Context, MiddlewareHandler } from "hono";
import { compress } from "hono/compress";
import { secureHeaders } from "hono/secure-headers";
import { type DemoApp, newDemoApp } from "./demo.ts";

/**
 * Serves what Vite built: hashed assets for ever, the page itself fresh each time. Every path that names no file is
 * the page, since the browser does the routing.
 *
 * @param folder what Vite built.
 * @param remember gives a new visitor the cookie.
 */
export function pages(folder: string, remember: MiddlewareHandler): DemoApp {
  const page = readFileSync(join(folder, "index.html"), "utf8");
  const app = newDemoApp();
  app.use(
    compress(),
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'self'"],
        imgSrc: ["'self'", "data:", "blob:"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
      // Plain http on a home network is how this demo is reached from a phone.
      strictTransportSecurity: false,
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
  app.use("/:file{.+\\.(svg|png|ico|txt|webmanifest)}", serveStatic(cacheFor("public, max-age=3600")));
  app.get("*", remember, (context) => {
    context.header("Cache-Control", "private, no-cache");
    return context.html(page);
  });
  return app;
}
