import { fork } from "node:child_process";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { bundleScript } from "../../prove/bundle-script.js";
import { scratchFolder } from "../../prove/scratch-folder.js";

/** What the process holds. In bytes, but for `connections`. */
export interface ServerHoldings {
  readonly rss: number;
  /** Of that, V8's young generation: it grows with whatever a process has to do first, and stays as large. */
  readonly young: number;
  readonly heapUsed: number;
  /** Beside the heap: buffers and the like. */
  readonly external: number;
  /** Sockets that are open. */
  readonly connections: number;
}

/** What the process of the server says. */
export type Told =
  | { readonly type: "port"; readonly port: number }
  | ({ readonly type: "holdings" } & ServerHoldings)
  /** `at`: epoch milliseconds, with fractions, as the end was about to be committed. */
  | { readonly type: "settled"; readonly id: string; readonly at: number };

/** A server in a process of its own. */
export interface ServerProcess {
  readonly port: number;
  /** When each generation was settled, in epoch milliseconds. */
  readonly settledAt: ReadonlyMap<string, number>;
  /** After everything was collected that can be. */
  measure(): Promise<ServerHoldings>;
  /** As it is, in bytes. */
  rss(): Promise<number>;
  close(): Promise<void>;
}

/** Starts a server on a new database file. */
export async function startServer(): Promise<ServerProcess> {
  const folder = await scratchFolder();
  const script = await bundleScript(new URL("./server-script.ts", import.meta.url));
  const child = fork(script.path, [pathToFileURL(join(folder, "bench.db")).href], {
    execArgv: ["--expose-gc"],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const settledAt = new Map<string, number>();
  let onPort: (port: number) => void;
  const port = new Promise<number>((resolve) => {
    onPort = resolve;
  });
  // Answers come in the order of the questions.
  const waiting: ((holdings: ServerHoldings) => void)[] = [];
  child.on("message", (message) => {
    // Only our own script talks here.
    const told = message as Told;
    if (told.type === "port") onPort(told.port);
    else if (told.type === "settled") settledAt.set(told.id, told.at);
    else waiting.shift()?.(told);
  });
  const ask = (question: "measure" | "look"): Promise<ServerHoldings> =>
    new Promise((resolve) => {
      waiting.push(resolve);
      child.send(question);
    });
  return {
    port: await port,
    settledAt,
    measure: () => ask("measure"),
    rss: async () => (await ask("look")).rss,
    async close() {
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
      await script.remove();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
