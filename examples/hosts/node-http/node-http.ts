import { createServer } from "node:http";
import { toNodeHandler } from "@safelight/server/node";
import { safelight } from "./safelight.ts";

const handler = toNodeHandler(safelight);
const server = createServer((request, response) => {
  if (/^\/api\/generations(?:[/?]|$)/.test(request.url ?? "")) handler(request, response);
  else response.writeHead(404).end();
});

safelight.worker.start();
server.listen(Number(process.env.PORT ?? 3000), () => console.log(server.address()));

process.once("SIGTERM", async () => {
  server.close();
  await safelight.close();
  process.exit(0);
});
