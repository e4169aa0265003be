import { accessSync, constants, existsSync } from "node:fs";
import { access } from "node:fs/promises";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import type { Store } from "../../ports/store/store.js";
import { importPeer } from "../../process/import-peer.js";
import type { SqlRow } from "../rows/sql-row.js";
import { createStore } from "./commands/create-store.js";
import { FileExecutor } from "./executor/file-executor.js";
import { fileOf } from "./executor/file-of.js";
import { loadDatabaseDriver, openDatabase } from "./executor/open-database.js";

/** How a tool opens a database. */
export interface DatabaseUrl {
  /** `file:` and a path, or the address of a server (`libsql:`, `https:`, `http:`). */
  readonly url: string;
  /** For a server that requires one. */
  readonly authToken: string | undefined;
  /** Opens a file read-only. */
  readonly isReadonly: boolean;
}

/** An opened database, with or without Safelight's tables. Close the store to close it. */
export interface OpenedUrl {
  readonly store: Store;
  /** The name of the database without its token. */
  readonly label: string;
  /** Runs one read. */
  find(statement: string): Promise<readonly SqlRow[]>;
}

/** Whether the URL names a file that does not exist. */
export async function isMissingFile(url: string): Promise<boolean> {
  if (!url.startsWith("file:")) return false;
  return access(fileOf(url)).then(
    () => false,
    () => true,
  );
}

/**
 * Opens a database for tools. Creates no tables.
 *
 * @throws {TypeError} if the URL cannot be opened.
 */
export function openDatabaseUrl(options: DatabaseUrl): Promise<OpenedUrl> | OpenedUrl {
  return options.url.startsWith("file:") ? openFile(fileOf(options.url), options) : openRemote(options);
}

function openFile(path: string, { isReadonly }: Pick<DatabaseUrl, "isReadonly">): OpenedUrl {
  const executor = new FileExecutor({
    path,
    load: async () => {
      const Database = await loadDatabaseDriver();
      if (!isReadonly) return openDatabase(Database);
      return (file, { timeout }) =>
        new Database(isSnapshot(file) ? toSnapshot(file) : file, { timeout, readonly: true });
    },
    synchronous: isReadonly ? null : "full",
    busyTimeoutMs: 5_000,
    random: Math.random,
  });
  const store = createStore(executor, { identity: `file:${path}`, options: {} });
  const find = async (statement: string) => (await executor.read([statement], {}))[0] ?? [];
  return { store, label: `file:${path}`, find };
}

/**
 * Whether nothing can write to the file: it is on a read-only volume, and its last process has closed it. SQLite would
 * create a file beside it to share its log with others.
 */
function isSnapshot(path: string): boolean {
  if (existsSync(`${path}-wal`)) return false;
  try {
    accessSync(dirname(path), constants.W_OK);
    return false;
  } catch (error) {
    // The cast is safe: `accessSync` throws errors of the system.
    return (error as NodeJS.ErrnoException).code === "EROFS";
  }
}

const toSnapshot = (path: string): string => `${pathToFileURL(path).href}?immutable=1`;

async function openRemote({ authToken, url }: DatabaseUrl): Promise<OpenedUrl> {
  const [{ createClient }, { libsqlClientStore }] = await Promise.all([
    importPeer("@libsql/client", () => import("@libsql/client")),
    import("./libsql-client-store.js"),
  ]);
  const client = createClient({ url, ...(authToken !== undefined && { authToken }) });
  const store = await libsqlClientStore({ client, identity: url });
  const closing = { ...store, close: () => store.close().finally(() => client.close()) };
  const find = async (statement: string) => (await client.batch([statement], "read"))[0]?.rows ?? [];
  // The parameters may contain the token.
  return { store: closing, label: url.replace(/\?.*/, ""), find };
}
