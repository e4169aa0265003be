import { createServer } from "node:http";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
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
  getRequestListener(async (request) => {
    if (new URL(request.url).pathname !== "/collect-garbage") return (await load()).handler(request);
    collectGarbage();
    return new Response(null, { status: 204 });
  }),
);
server.listen(0, "127.0.0.1", () => console.log(`Local: http://127.0.0.1:${server.address().port} Ready`));

process.once("SIGTERM", async () => {
  await safelight.close();
  process.exit(0);
});

function collectGarbage() {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
}
