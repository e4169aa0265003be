import { join } from "node:path";
import { type ServerProcess, startProcess } from "./start-process.ts";

const cwd = join(import.meta.dirname, "posters");

/** Starts the documented server on a free port, with a secret as in production. */
export function startServer(): Promise<ServerProcess> {
  return startProcess([process.execPath, "server/server.ts"], {
    cwd,
    env: { PORT: "0", NODE_ENV: "production", SAFELIGHT_SECRET: "s".repeat(32) },
  });
}

/** Starts Vite's development server, which proxies `/api` to a running server. */
export function startVite(server: ServerProcess): Promise<ServerProcess> {
  return startProcess([process.execPath, "node_modules/vite/bin/vite.js", "--host", "127.0.0.1"], {
    cwd,
    env: { PORT: new URL(server.url).port, NODE_ENV: "development" },
  });
}
