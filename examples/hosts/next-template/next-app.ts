import { join } from "node:path";
import { type ServerProcess, startProcess } from "./start-process.ts";

const app = join(import.meta.dirname, "posters");

/** Runs `next start` or `next dev` of the created app on a free port, as the documentation does. */
export function startNextApp(command: "start" | "dev"): Promise<ServerProcess> {
  return startProcess(["sh", "-c", `exec node_modules/.bin/next ${command} -H 127.0.0.1 -p 0`], {
    cwd: app,
    env: { NEXT_TELEMETRY_DISABLED: "1", NEXT_MANUAL_SIG_HANDLE: "true" },
    ready: /Local:\s+http:\/\/127\.0\.0\.1:(\d+)[\s\S]*Ready/,
  });
}
