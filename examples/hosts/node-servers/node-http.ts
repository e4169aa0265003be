import { createServer } from "node:http";
import { toNodeHandler } from "@safelight/server/node";
import { safelight } from "./safelight.ts";

const handler = toNodeHandler(safelight);
const server = createServer((request, response) => {
  if (/^\/api\/generations(?:[/?]|$)/.test(request.url ?? "")) handler(request, response);
  else response.writeHead(404).end();
});

server.listen(Number(process.env.PORT ?? 3000), () => {
  safelight.worker.start();
  console.log(server.address());
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
