import { join } from "node:path";
import { serve } from "@hono/node-server";
import { serveStatic } from "@hono/node-server/serve-static";
import { Hono } from "hono";
// @ts-expect-error: the build writes it
import handler from "./dist/server/server.js";

// Not `vite preview`, which compresses event streams.
const app = new Hono();
app.use("/assets/*", serveStatic({ root: join(import.meta.dirname, "dist/client") }));
app.all("*", ({ req }) => handler.fetch(req.raw));
serve({ fetch: app.fetch, port: Number(process.env.PORT ?? 3000) }, ({ port }) =>
  console.log(`http://localhost:${port}`),
);
