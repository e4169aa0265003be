import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { safelight } from "./safelight.ts";

const app = new Hono().route("/api/generations", safelight.app);
const server = serve({ fetch: app.fetch, port: Number(process.env.PORT ?? 3000) }, ({ port }) => {
  safelight.worker.start();
  console.log(`http://localhost:${port}/api/generations`);
});
// Such as a port that another process uses.
server.once("error", ({ message }) => {
  console.error(message);
  process.exit(1);
});

process.once("SIGTERM", async () => {
  server.close();
  await safelight.close();
  process.exit(0);
});
