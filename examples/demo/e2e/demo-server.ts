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
  /**
   * Whether pages and worker are two processes on one database.
   * @default false
   */
  readonly isSplit?: boolean;
  /** Further variables, such as a vendor's key. @default no vendor is offered, whatever keys this machine has */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Whoever runs the tests may have keys of vendors: none of them is asked, and paid. */
const noVendors = {
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

/** The demo on a database of its own. */
export interface DemoServer extends AsyncDisposable {
  /** Without a slash at the end. Stays the same over restarts. */
  readonly url: string;
  /** Output of the process until it was ready. */
  readonly startupMessage: string;
  /** Ends every process as a power cut would. */
  kill(): Promise<void>;
  /** Asks every process to end, and waits for it. @returns their exit codes. */
  stop(): Promise<readonly (number | null)[]>;
  /** Starts it again, on the same port and database. */
  start(): Promise<void>;
}

/** Starts `node server/main.ts` on a free port and in a temporary folder, which goes away with it. */
export async function startDemoServer(options: DemoServerOptions = {}): Promise<DemoServer> {
  const { grant, stepMs = 120, isSplit = false } = options;
  const data = await mkdtemp(join(tmpdir(), "safelight-demo-"));
  let port = options.port ?? 0;
  let running: ChildProcess[] = [];
  let startupMessage = "";

  const start = async (): Promise<void> => {
    const environment: NodeJS.ProcessEnv = {
      ...process.env,
      ...noVendors,
      PORT: String(port),
      DEMO_DB: `file:${join(data, "demo.db")}`,
      DEMO_STEP_MS: String(stepMs),
      ...(grant !== undefined && { DEMO_GRANT: String(grant) }),
      ...options.environment,
    };
    [startupMessage] = isSplit
      ? await Promise.all([
          startProcess(running, { ...environment, DEMO_ROLE: "web" }, isListening),
          startProcess(running, { ...environment, DEMO_ROLE: "worker" }, /Developing what is in/),
        ])
      : [await startProcess(running, environment, isListening)];
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
    startupMessage,
    kill: async () => void (await end("SIGKILL")),
    stop: () => end("SIGTERM"),
    start,
    [Symbol.asyncDispose]: dispose,
  };
}

/** The address, and the last line of the startupMessage. */
const isListening = /http:\/\/localhost:(\d+)[\s\S]*Its process is/;

/** Starts a process and waits until it is ready. @returns its output until then. */
function startProcess(running: ChildProcess[], env: NodeJS.ProcessEnv, ready: RegExp): Promise<string> {
  const child = spawn(process.execPath, ["server/main.ts"], { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
  running.push(child);
  // However this process ends, a failed hook included, it leaves none of its servers behind.
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
    child.on("exit", (code) => reject(new Error(`the demo ended with ${code} before it was ready:\n${output}`)));
  });
}
