import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type ServerProcess, startProcess } from "./start-process.ts";

const cwd = join(import.meta.dirname, "posters");

/** Starts the server on a free port, by the command of the page for production. */
export function startServer(): Promise<ServerProcess> {
  const page = readFileSync(join(import.meta.dirname, "documented.md"), "utf8");
  const [command = ""] = /^NODE_ENV=production node .*$/m.exec(page) ?? [];
  return startProcess(["sh", "-c", `exec env ${command}`], { cwd, env: { PORT: "0" } });
}

/** Starts Vite's development server, which proxies `/api` to a running server. */
export function startVite(server: ServerProcess): Promise<ServerProcess> {
  return startProcess([process.execPath, "node_modules/vite/bin/vite.js", "--host", "127.0.0.1"], {
    cwd,
    env: { PORT: new URL(server.url).port, NODE_ENV: "development" },
  });
}
