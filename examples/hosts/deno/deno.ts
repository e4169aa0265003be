import process from "node:process";
import { admin, safelight } from "./safelight.ts";

safelight.worker.start();
const server = Deno.serve({ port: Number(process.env.PORT ?? 3000) }, (request) =>
  new URL(request.url).pathname.startsWith("/admin/") ? admin.handler(request) : safelight.handler(request),
);
console.log(server.addr);

process.once("SIGTERM", async () => {
  await safelight.close();
  process.exit(0);
});
