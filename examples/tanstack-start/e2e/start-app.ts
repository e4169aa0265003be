import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const app = join(import.meta.dirname, "..");

/** The built app in a child process. */
export interface RunningApp {
  readonly url: string;
  /** Sends SIGTERM, and resolves with the exit code. */
  stop(): Promise<number | null>;
  /** Kills it without a chance to clean up. */
  kill(): Promise<void>;
}

/** Starts the build in a folder, which has the database and the images. */
export async function startApp(folder: string, port: number): Promise<RunningApp> {
  const child = spawn(process.execPath, [join(app, "start.ts")], {
    cwd: folder,
    env: {
      ...process.env,
      NODE_ENV: "production",
      PORT: String(port),
      SAFELIGHT_SECRET: "a secret of the tests, and of nothing else",
      SESSION_SECRET: "another secret of the tests",
    },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const url = `http://localhost:${port}`;
  await untilReady(child, `${url}/sign-in`);
  const end = async (signal: "SIGTERM" | "SIGKILL") => {
    const exit = once(child, "exit");
    child.kill(signal);
    await exit;
    return child.exitCode;
  };
  return {
    url,
    stop: () => end("SIGTERM"),
    kill: async () => {
      await end("SIGKILL");
    },
  };
}

async function untilReady(child: ChildProcess, url: string): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`The server exited with ${child.exitCode}.`);
    const response = await fetch(url).catch(() => null);
    if (response?.ok) return;
    await pause(100);
  }
}

/** A port that was free a moment ago: a restarted app must have the same origin. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  if (address === null || typeof address === "string") throw new Error("No port is free.");
  return address.port;
}
