import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const folder = dirname(import.meta.dirname);

/** Settings of the demo under test. */
export interface DemoServerOptions {
  /** Credits of a new visitor. @default 100 */
  readonly grant?: number;
  /** @default 120 */
  readonly stepMs?: number;
  /** @default a free port */
  readonly port?: number;
  /**
   * Runs pages and worker as two processes on one database.
   * @default false
   */
  readonly isSplit?: boolean;
  /** Further variables, such as a vendor's key. By default no vendor is offered, whatever keys the environment has. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Unset, so that the tests never use a database, or pay a vendor, of the developer's environment. */
const unset = {
  DATABASE_URL: "",
  REDIS_URL: "",
  DEMO_DATA: "",
  FAL_KEY: "",
  REPLICATE_API_TOKEN: "",
  OPENAI_API_KEY: "",
  GEMINI_API_KEY: "",
  GOOGLE_API_KEY: "",
  BFL_API_KEY: "",
  STABILITY_API_KEY: "",
  CLOUDFLARE_API_TOKEN: "",
  COMFYUI_URL: "",
  DEMO_PUBLIC_URL: "",
  HOST: "",
};

/** The demo on its own database. */
export interface DemoServer extends AsyncDisposable {
  /** Without a trailing slash. Stable across restarts. */
  readonly url: string;
  /** Folder of the database and of the media. */
  readonly dataFolder: string;
  /** Ids of the running processes. */
  readonly pids: readonly number[];
  /** Output of the process until it was ready. */
  readonly startupMessage: string;
  /** Sends SIGKILL to every process and waits for their exit. */
  kill(): Promise<void>;
  /** Sends SIGTERM to every process and waits for their exit. @returns their exit codes. */
  stop(): Promise<readonly (number | null)[]>;
  /** Starts the demo again, on the same port and database. */
  start(): Promise<void>;
}

/** Starts `node server/main.ts` on a free port and a database in a temporary folder, which is deleted on disposal. */
export async function startDemoServer(options: DemoServerOptions = {}): Promise<DemoServer> {
  const { grant, stepMs = 120, isSplit = false } = options;
  const data = await mkdtemp(join(tmpdir(), "safelight-demo-"));
  let port = options.port ?? 0;
  let running: ChildProcess[] = [];
  let startupMessage = "";

  const start = async (): Promise<void> => {
    const environment: NodeJS.ProcessEnv = {
      ...process.env,
      ...unset,
      PORT: String(port),
      DEMO_DB: `file:${join(data, "demo.db")}`,
      DEMO_STEP_MS: String(stepMs),
      ...(grant !== undefined && { DEMO_GRANT: String(grant) }),
      ...options.environment,
    };
    [startupMessage] = isSplit
      ? await Promise.all([
          startProcess({ running, environment: { ...environment, DEMO_ROLE: "web" }, ready: isListening }),
          startProcess({ running, environment: { ...environment, DEMO_ROLE: "worker" }, ready: /\(worker only\)/ }),
        ])
      : [await startProcess({ running, environment, ready: isListening })];
    port = Number(/localhost:(\d+)/.exec(startupMessage)?.[1]);
  };
  const end = async (signal: NodeJS.Signals): Promise<readonly (number | null)[]> => {
    const ended = running;
    running = [];
    return Promise.all(
      ended.map(async (child) => {
        if (child.exitCode === null && child.signalCode === null) {
          const exit = once(child, "exit");
          child.kill(signal);
          await exit;
        }
        return child.exitCode;
      }),
    );
  };
  const dispose = async (): Promise<void> => {
    await end("SIGKILL");
    await rm(data, { recursive: true, force: true });
  };
  try {
    await start();
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    url: `http://localhost:${port}`,
    dataFolder: data,
    get pids() {
      return running.flatMap(({ pid }) => pid ?? []);
    },
    startupMessage,
    kill: async () => void (await end("SIGKILL")),
    stop: () => end("SIGTERM"),
    start,
    [Symbol.asyncDispose]: dispose,
  };
}

/** The address, and the start of the last line. */
const isListening = /http:\/\/localhost:(\d+)[\s\S]*Process \d+:/;

/** Starts a process, adds it to `running`, and waits until its output matches `ready`. @returns the output. */
function startProcess(options: {
  readonly running: ChildProcess[];
  readonly environment: NodeJS.ProcessEnv;
  readonly ready: RegExp;
}): Promise<string> {
  const { running, environment, ready } = options;
  const child = spawn(process.execPath, ["server/main.ts"], {
    cwd: folder,
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.push(child);
  // Also after a failed hook, no server may outlive this process.
  const end = (): void => void child.kill("SIGKILL");
  process.once("exit", end);
  child.once("exit", () => process.off("exit", end));
  return new Promise((resolve, reject) => {
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
        if (ready.test(output)) resolve(output);
      });
    }
    child.on("exit", (code) => reject(new Error(`The demo exited with ${code} before it was ready:\n${output}`)));
  });
}
