import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

// The package has no types: a CommonJS module that exports the path of its program.
const workerd: { readonly default: string } = createRequire(import.meta.url)("workerd");

/** The bundled Worker in a workerd process. */
export interface WorkerdProcess {
  readonly url: string;
  /** Lines that workerd and the Worker logged. */
  readonly log: string[];
  /** Kills the process in the middle of its work, and starts a new one at the same address. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** Starts workerd with these environment variables. */
export async function startWorkerd(env: Readonly<Record<string, string>>): Promise<WorkerdProcess> {
  const log: string[] = [];
  const start = async (address: string) => {
    const process = spawn(
      workerd.default,
      ["serve", "--verbose", "--control-fd=3", `--socket-addr=http=${address}`, "workerd.capnp"],
      { env, stdio: ["ignore", "pipe", "pipe", "pipe"] },
    );
    for (const input of [process.stdout, process.stderr]) {
      if (input !== null) createInterface({ input }).on("line", (line) => log.push(line));
    }
    return { process, port: await listeningPort(process) };
  };
  const kill = async (process: ChildProcess) => {
    const exited = once(process, "exit");
    process.kill("SIGKILL");
    await exited;
  };

  let running = await start("127.0.0.1:0");
  const { port } = running;
  return {
    url: `http://127.0.0.1:${port}`,
    log,
    restart: async () => {
      await kill(running.process);
      running = await start(`127.0.0.1:${port}`);
    },
    close: () => kill(running.process),
  };
}

/** Reads the port from workerd's control channel. */
async function listeningPort({ stdio }: ChildProcess): Promise<number> {
  // `stdio` above makes it a pipe.
  const control = stdio[3] as Readable;
  for await (const line of createInterface({ input: control })) {
    const message: { readonly event: string; readonly port?: number } = JSON.parse(line);
    if (message.port !== undefined) return message.port;
  }
  throw new Error("workerd exited before it listened.");
}
