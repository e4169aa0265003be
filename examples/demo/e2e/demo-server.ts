import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const folder = dirname(import.meta.dirname);

/** How the demo under test is set up. What is left out is as the demo has it. */
export interface DemoServerOptions {
  readonly grant?: number;
  /** @default 120 */
  readonly stepMs?: number;
  /** @default a free one */
  readonly port?: number;
}

/** The demo as its own process, on a database of its own. */
export interface DemoServer extends AsyncDisposable {
  /** Without a slash at the end. Stays the same over restarts. */
  readonly url: string;
  /** Ends the process as a power cut would. */
  kill(): Promise<void>;
  /** Asks the process to end, and waits for it. @returns its exit code. */
  stop(): Promise<number | null>;
  /** Starts it again, on the same port and database. */
  start(): Promise<void>;
}

/** Starts `node server/main.ts` on a free port and in a temporary folder, which goes away with it. */
export async function startDemoServer({
  grant,
  stepMs = 120,
  port: wantedPort = 0,
}: DemoServerOptions = {}): Promise<DemoServer> {
  const data = await mkdtemp(join(tmpdir(), "safelight-demo-"));
  const environment: NodeJS.ProcessEnv = {
    ...process.env,
    DEMO_DB: `file:${join(data, "demo.db")}`,
    DEMO_STEP_MS: String(stepMs),
    ...(grant !== undefined && { DEMO_GRANT: String(grant) }),
  };
  const first = await startProcess({ ...environment, PORT: String(wantedPort) });
  const port = new URL(first.url).port;
  let child = first.child;

  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill(signal);
      await once(child, "exit");
    }
    return child.exitCode;
  };
  return {
    url: `http://localhost:${port}`,
    kill: async () => void (await end("SIGKILL")),
    stop: () => end("SIGTERM"),
    start: async () => {
      ({ child } = await startProcess({ ...environment, PORT: port }));
    },
    [Symbol.asyncDispose]: async () => {
      await end("SIGKILL");
      await rm(data, { recursive: true, force: true });
    },
  };
}

/** Starts the process and waits until it says where it is. */
async function startProcess(env: NodeJS.ProcessEnv): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const child = spawn(process.execPath, ["server/main.ts"], { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
  const url = await new Promise<string>((resolve, reject) => {
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
        const address = /http:\/\/localhost:\d+/.exec(output);
        if (address !== null) resolve(address[0]);
      });
    }
    child.on("exit", (code) => reject(new Error(`the demo ended with ${code} before it was ready:\n${output}`)));
  });
  return { child, url };
}
