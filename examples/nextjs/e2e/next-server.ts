import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const app = dirname(import.meta.dirname);

/** Whether a worker in the server process does the work, or the requests. */
export type WorkerMode = "loop" | "request";

/** The built app in a child process. */
export interface NextServer {
  /** Without a trailing slash. */
  readonly url: string;
  /** Sends SIGTERM. @returns the exit code; `null` when the signal killed the process */
  stop(): Promise<number | null>;
}

/** Starts the build of `npm run build` on a free port, with a new database and storage. */
export async function startNextServer(mode: WorkerMode): Promise<NextServer> {
  const next = join(app, "node_modules", "next", "dist", "bin", "next");
  const folder = mkdtempSync(join(tmpdir(), "posters-"));
  const environment = {
    NEXT_TELEMETRY_DISABLED: "1",
    // As in the scripts of `package.json`.
    ...(mode === "loop" ? { NEXT_MANUAL_SIG_HANDLE: "true" } : { SAFELIGHT_WORKER: mode }),
  };
  const child = spawn(process.execPath, [next, "start", app, "-H", "127.0.0.1", "-p", "0"], {
    cwd: folder,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "inherit"],
  });
  // Leaves no server behind, however this process ends.
  process.once("exit", () => {
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  });
  const port = await new Promise<string>((resolve, reject) => {
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      const [, port] = /Local:\s+http:\/\/127\.0\.0\.1:(\d+)[\s\S]*Ready/.exec(output) ?? [];
      if (port !== undefined) resolve(port);
    });
    child.on("exit", (code) => reject(new Error(`next exited with ${code} before it was ready:\n${output}`)));
  });
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      const exit = once(child, "exit");
      child.kill("SIGTERM");
      await exit;
      return child.exitCode;
    },
  };
}
