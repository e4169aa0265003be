import { Elysia } from "elysia";
import { admin, safelight } from "./safelight.ts";

// Safelight reads its request bodies itself. Bun's server is passed so that Safelight can raise its idle limit.
const mount = { parse: "none" } as const;

const app = new Elysia()
  .all("/api/generations", ({ request, server }) => safelight.handler(request, server ?? undefined), mount)
  .all("/api/generations/*", ({ request, server }) => safelight.handler(request, server ?? undefined), mount)
  .all("/admin/safelight", ({ request }) => admin.handler(request), mount)
  .all("/admin/safelight/*", ({ request }) => admin.handler(request), mount)
  // By default, Elysia shares its port, so a second server would start without an error.
  .listen({ port: process.env.PORT ?? 3000, reusePort: false }, ({ url }) => {
    safelight.worker.start();
    console.log(url.href);
  });

process.once("SIGTERM", async () => {
  app.server?.stop();
  await safelight.close();
  process.exit(0);
});
