import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

const app = join(import.meta.dirname, "posters");

/** A process of the app that `create-app.ts` made. */
export interface AppProcess {
  /** Without a slash at the end. */
  readonly url: string;
  /** Sends SIGTERM. @returns the exit code; `null` when no handler answered the signal */
  stop(): Promise<number | null>;
}

/** The documented server on a free port, with a secret as in production. */
export function startServer(): Promise<AppProcess> {
  return start(["server/server.ts"], { PORT: "0", NODE_ENV: "production", SAFELIGHT_SECRET: "s".repeat(32) });
}

/** Vite's development server, which passes `/api` on to a running server. */
export function startVite(server: AppProcess): Promise<AppProcess> {
  const vite = ["node_modules/vite/bin/vite.js", "--host", "127.0.0.1"];
  return start(vite, { PORT: new URL(server.url).port, NODE_ENV: "development" });
}

async function start(command: readonly string[], env: Readonly<Record<string, string>>): Promise<AppProcess> {
  const child = spawn(process.execPath, command, {
    cwd: app,
    env: { ...process.env, NO_COLOR: "1", ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  // However this process ends, it leaves none behind.
  process.once("exit", () => child.kill("SIGKILL"));
  const port = await portOf(child);
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

/** Waits until a process prints its address. */
function portOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = "";
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      const [, port] = /http:\/\/(?:localhost|127\.0\.0\.1):(\d+)/.exec(output) ?? [];
      if (port !== undefined) resolve(port);
    });
    child.once("exit", (code) => reject(new Error(`The process ended with ${code}:\n${output}`)));
  });
}
