import { readFile } from "node:fs/promises";

import { dirname, join } from "node:path";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { Context, Next } from "hono";
import { createServer } from "vite";
import { pagePaths } from "../src/page-paths.ts";
import { createDemoApp, type DemoApp, type PagesContext, startDemo } from "./start-demo.ts";

const folder = dirname(import.meta.dirname);

await startDemo({ folder, environment: process.env, createPages: createVitePages });

/** Serves the pages from source through Vite, on the server's own port. */
async function createVitePages({ identifyVisitor, server }: PagesContext): Promise<DemoApp> {
  const vite = await createServer({
    root: folder,
    appType: "custom",
    server: { middlewareMode: true, hmr: { server } },
  });
  const app = createDemoApp();
  app.get("*", async (context, next) => (acceptsHtml(context) ? identifyVisitor(context, next) : next()));
  const respond = (status: 200 | 404) => async (context: Context, next: Next) => {
    if (!acceptsHtml(context)) return next();
    const page = await readFile(join(folder, "index.html"), "utf8");
    return context.html(await vite.transformIndexHtml(context.req.path, page), status);
  };
  for (const path of Object.values(pagePaths)) app.get(path, respond(200));
  app.get("*", respond(404));
  app.all("*", (context) => {
    vite.middlewares(context.env.incoming, context.env.outgoing);
    return RESPONSE_ALREADY_SENT;
  });
  return app;
}

function acceptsHtml({ req }: Context): boolean {
  return (req.header("accept") ?? "").includes("text/html");
}
