import { createServer } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { createServer as createViteServer } from "vite";

// A Node server whose modules Vite loads: a request after an edit gets the edited module.
const server = createServer();
const vite = await createViteServer({
  root: import.meta.dirname,
  appType: "custom",
  logLevel: "error",
  server: { middlewareMode: true, hmr: { server } },
});
const load = async () => (await vite.ssrLoadModule("/safelight.js")).safelight;

const safelight = await load();
safelight.worker.start();
server.on(
  "request",
  getRequestListener(async (request) => (await load()).handler(request)),
);
server.listen(0, "127.0.0.1", () => console.log(`Local: http://127.0.0.1:${server.address().port} Ready`));

process.once("SIGTERM", async () => {
  await safelight.close();
  process.exit(0);
});
