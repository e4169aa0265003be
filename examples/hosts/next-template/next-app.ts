import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

const app = join(import.meta.dirname, "posters");

/** The app that `create-app.ts` made, running. */
export interface NextApp {
  /** Without a slash at the end. */
  readonly url: string;
  /** Everything that it has printed. */
  output(): string;
  /** Sends SIGTERM. @returns the exit code; `null` when no handler answered the signal */
  stop(): Promise<number | null>;
}

/** Runs `next start` or `next dev` on a free port, with the environment of the documentation. */
export async function startNextApp(command: "start" | "dev"): Promise<NextApp> {
  const next = join(app, "node_modules", "next", "dist", "bin", "next");
  const child = spawn(process.execPath, [next, command, "-H", "127.0.0.1", "-p", "0"], {
    cwd: app,
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1", NEXT_MANUAL_SIG_HANDLE: "true" },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const { pid } = child;
  // `next dev` runs its server in a process of its own: the whole group ends with this process.
  process.once("exit", () => {
    try {
      if (pid !== undefined) process.kill(-pid, "SIGKILL");
    } catch {
      // Everything has ended already.
    }
  });
  let output = "";
  const port = await new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
        const [, found] = /Local:\s+http:\/\/127\.0\.0\.1:(\d+)[\s\S]*Ready/.exec(output) ?? [];
        if (found !== undefined) resolve(found);
      });
    }
    child.on("exit", (code) => reject(new Error(`next ${command} ended with ${code}:\n${output}`)));
  });
  return {
    url: `http://127.0.0.1:${port}`,
    output: () => output,
    stop: async () => {
      const exit = once(child, "exit");
      child.kill("SIGTERM");
      await exit;
      return child.exitCode;
    },
  };
}
