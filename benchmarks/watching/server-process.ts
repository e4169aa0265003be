import { fork } from "node:child_process";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { bundleScript } from "../../fault-tests/bundle-script.js";
import { scratchFolder } from "../../fault-tests/scratch-folder.js";

/** Resources of the process, in bytes except for `connections`. */
export interface ServerResources {
  readonly rss: number;
  /** Part of `rss`: V8's young generation, which grows under the first load and does not shrink. */
  readonly young: number;
  readonly heapUsed: number;
  /** Buffers outside the heap. */
  readonly external: number;
  /** Open sockets. */
  readonly connections: number;
}

/** Messages of the server's process. */
export type ServerMessage =
  | { readonly type: "port"; readonly port: number }
  | ({ readonly type: "holdings" } & ServerResources)
  /** `at`: epoch milliseconds with fractions, right before the commit of the end. */
  | { readonly type: "settled"; readonly id: string; readonly at: number };

/** A server in a child process. */
export interface ServerProcess {
  readonly port: number;
  /** When each generation was settled, in epoch milliseconds. */
  readonly settledAt: ReadonlyMap<string, number>;
  /** Measures after a garbage collection. */
  measure(): Promise<ServerResources>;
  /** Bytes without a garbage collection. */
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
  // Responses arrive in the order of the requests.
  const waiting: ((holdings: ServerResources) => void)[] = [];
  child.on("message", (message) => {
    // Only our own script sends messages.
    const received = message as ServerMessage;
    if (received.type === "port") onPort(received.port);
    else if (received.type === "settled") settledAt.set(received.id, received.at);
    else waiting.shift()?.(received);
  });
  const request = (message: "measure" | "sample"): Promise<ServerResources> =>
    new Promise((resolve) => {
      waiting.push(resolve);
      child.send(message);
    });
  return {
    port: await port,
    settledAt,
    measure: () => request("measure"),
    rss: async () => (await request("sample")).rss,
    async close() {
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
      await script.remove();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
