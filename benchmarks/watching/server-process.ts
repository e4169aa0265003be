import { startChild } from "../frame/servers/child.ts";
import { openFile } from "../frame/servers/host.ts";

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

/** A server in a child process. */
export interface ServerProcess {
  readonly port: number;
  /** When each generation was settled, in epoch milliseconds. */
  settledAt(): Promise<ReadonlyMap<string, number>>;
  /** Measures after a garbage collection. */
  measure(): Promise<ServerResources>;
  /** Bytes without a garbage collection. */
  rss(): Promise<number>;
  close(): Promise<void>;
}

/** Starts a server on a new database file. */
export async function startServer(): Promise<ServerProcess> {
  const database = await openFile();
  const child = await startChild(new URL("./server-script.ts", import.meta.url), { flags: ["--expose-gc"] });
  return {
    port: await child.run<number>("start", database.url),
    settledAt: () => child.run("settledAt"),
    measure: () => child.run("measure"),
    rss: async () => (await child.run<ServerResources>("sample")).rss,
    async close() {
      await child.stop();
      await database.stop();
    },
  };
}
