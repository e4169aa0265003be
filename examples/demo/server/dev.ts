import { readFile } from "node:fs/promises";
import type { Server } from "node:http";
import { dirname, join } from "node:path";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { Context, MiddlewareHandler, Next } from "hono";
import { createServer } from "vite";
import { pagePaths } from "../src/page-paths.ts";
import { createDemoApp, type DemoApp, startDemo } from "./start-demo.ts";

const folder = dirname(import.meta.dirname);

await startDemo({ folder, environment: process.env, pages: vitePages });

/** The pages from source, through Vite, on the server's own port. */
async function vitePages(remember: MiddlewareHandler, server: Server): Promise<DemoApp> {
  const vite = await createServer({
    root: folder,
    appType: "custom",
    server: { middlewareMode: true, hmr: { server } },
  });
  const app = createDemoApp();
  app.get("*", async (context, next) => (asksForPage(context) ? remember(context, next) : next()));
  const answer = (status: 200 | 404) => async (context: Context, next: Next) => {
    if (!asksForPage(context)) return next();
    const page = await readFile(join(folder, "index.html"), "utf8");
    return context.html(await vite.transformIndexHtml(context.req.path, page), status);
  };
  for (const path of Object.values(pagePaths)) app.get(path, answer(200));
  app.get("*", answer(404));
  app.all("*", (context) => {
    vite.middlewares(context.env.incoming, context.env.outgoing);
    return RESPONSE_ALREADY_SENT;
  });
  return app;
}

function asksForPage({ req }: Context): boolean {
  return (req.header("accept") ?? "").includes("text/html");
}
