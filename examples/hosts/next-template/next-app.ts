import { join } from "node:path";
import { type ServerProcess, startProcess } from "./start-process.ts";

const app = join(import.meta.dirname, "posters");

/** Runs `next start` or `next dev` of the created app on a free port, with the environment of the documentation. */
export function startNextApp(command: "start" | "dev"): Promise<ServerProcess> {
  const next = join(app, "node_modules", "next", "dist", "bin", "next");
  return startProcess([process.execPath, next, command, "-H", "127.0.0.1", "-p", "0"], {
    cwd: app,
    env: { NEXT_TELEMETRY_DISABLED: "1", NEXT_MANUAL_SIG_HANDLE: "true" },
    ready: /Local:\s+http:\/\/127\.0\.0\.1:(\d+)[\s\S]*Ready/,
  });
}
