import { createServer } from "node:http";
import { toNodeHandler } from "@safelight/server/node";
import express from "express";
import { accounts } from "./accounts.ts";
import { safelight } from "./safelight.ts";

const isProduction = process.env.NODE_ENV === "production";
const app = express();
const server = createServer(app);
// Before express.json(), because Safelight reads its request bodies itself.
app.use("/api/generations", toNodeHandler(safelight));
app.use(express.json());
app.use(accounts);

if (isProduction) {
  // Made by `npm run build`.
  app.use(express.static("dist"));
} else {
  // In development Vite serves the page, from this server's own port.
  const vite = await import("vite");
  const development = await vite.createServer({
    // Vite's own loader writes a file that makes `node --watch` restart.
    configLoader: "native",
    server: { middlewareMode: true, hmr: { server } },
  });
  app.use(development.middlewares);
}

// Such as a port that another process uses.
server.once("error", ({ message }) => {
  console.error(message);
  process.exit(1);
});
const port = Number(process.env.PORT ?? 3000);
// In development, only this machine connects. "0.0.0.0" opens the server to the network, such as to a phone.
const host = isProduction ? undefined : "127.0.0.1";
server.listen({ port, host }, () => {
  safelight.worker.start();
  console.log(`http://localhost:${port}`);
});

// Lets requests to providers finish before the process ends.
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, async () => {
    server.close();
    await safelight.close();
    process.exit(0);
  });
}
