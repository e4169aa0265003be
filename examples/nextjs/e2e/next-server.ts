import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const app = dirname(import.meta.dirname);

/** Who does the work: a worker in the server process, or the requests. */
export type WorkerMode = "loop" | "request";

/** The built app, running. */
export interface NextServer {
  /** Without a slash at the end. */
  readonly url: string;
  /** Asks it to end. @returns its exit code; `null` when nothing in it answered the signal */
  stop(): Promise<number | null>;
}

/** Starts what `npm run build` has made, on a free port, with a database and pictures of its own. */
export async function startNextServer(mode: WorkerMode): Promise<NextServer> {
  const next = join(app, "node_modules", "next", "dist", "bin", "next");
  const folder = mkdtempSync(join(tmpdir(), "posters-"));
  const environment = {
    NEXT_TELEMETRY_DISABLED: "1",
    // As the scripts of `package.json` have it.
    ...(mode === "loop" ? { NEXT_MANUAL_SIG_HANDLE: "true" } : { SAFELIGHT_WORKER: mode }),
  };
  const child = spawn(process.execPath, [next, "start", app, "-H", "127.0.0.1", "-p", "0"], {
    cwd: folder,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "inherit"],
  });
  // However this process ends, it leaves no server behind.
  process.once("exit", () => {
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  });
  const port = await new Promise<string>((resolve, reject) => {
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      const [, said] = /Local:\s+http:\/\/127\.0\.0\.1:(\d+)[\s\S]*Ready/.exec(output) ?? [];
      if (said !== undefined) resolve(said);
    });
    child.on("exit", (code) => reject(new Error(`next ended with ${code} before it was ready:\n${output}`)));
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
