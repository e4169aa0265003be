import { access } from "node:fs/promises";
import type { Store } from "../../ports/store/store.js";
import { importPeer } from "../../process/import-peer.js";
import { movedTo } from "../copy/freeze-message.js";
import type { SqlRow } from "../rows/sql-row.js";
import { createStore } from "./commands/create-store.js";
import { FileExecutor } from "./executor/file-executor.js";
import { fileOf } from "./executor/file-of.js";
import { loadDatabaseDriver, openDatabase } from "./executor/open-database.js";
import { readFreezeStatement } from "./statements/freeze.js";

const findTables = "SELECT name FROM sqlite_master WHERE name = 'safelight_migrations'";

/**
 * Opens an existing database for tools. Creates and upgrades nothing.
 *
 * @param options.url `file:` and a path, or the address of a server (`libsql:`, `https:`, `http:`).
 * @param options.authToken for a server that requires one.
 * @param options.isReadonly opens a file read-only.
 * @returns the store, the name of the database without its token, and the one to which it has moved; `null` for none.
 * @throws {TypeError} if the URL cannot be opened, or its database has no Safelight tables.
 */
export async function openExistingStore(options: {
  readonly url: string;
  readonly authToken: string | undefined;
  readonly isReadonly: boolean;
}): Promise<OpenedStore> {
  const { isReadonly, url } = options;
  return url.startsWith("file:") ? openFile(fileOf(url), { isReadonly }) : openRemote(options);
}

interface OpenedStore {
  readonly store: Store;
  readonly label: string;
  readonly movedTo: string | null;
}

async function openFile(path: string, { isReadonly }: { readonly isReadonly: boolean }): Promise<OpenedStore> {
  await access(path).catch(() => {
    throw new TypeError(`No database at file:${path}.`);
  });
  const executor = new FileExecutor({
    path,
    load: async () => {
      const Database = await loadDatabaseDriver();
      if (!isReadonly) return openDatabase(Database);
      return (file, { timeout }) => new Database(file, { timeout, readonly: true });
    },
    synchronous: isReadonly ? null : "full",
    busyTimeoutMs: 5_000,
    random: Math.random,
  });
  const store = createStore(executor, { identity: `file:${path}`, options: {} });
  const find = async (statement: string) => (await executor.read([statement], {}))[0] ?? [];
  return withTables(store, { label: `file:${path}`, find });
}

async function openRemote({
  url,
  authToken,
}: {
  readonly url: string;
  readonly authToken: string | undefined;
}): Promise<OpenedStore> {
  const [{ createClient }, { libsqlClientStore }] = await Promise.all([
    importPeer("@libsql/client", () => import("@libsql/client")),
    import("./libsql-client-store.js"),
  ]);
  const client = createClient({ url, ...(authToken !== undefined && { authToken }) });
  const store = await libsqlClientStore({ client, identity: url });
  const closing = { ...store, close: () => store.close().finally(() => client.close()) };
  const find = async (statement: string) => (await client.batch([statement], "read"))[0]?.rows ?? [];
  // The parameters may contain the token.
  return withTables(closing, { label: url.replace(/\?.*/, ""), find });
}

async function withTables(
  store: Store,
  { label, find }: { readonly label: string; readonly find: (statement: string) => Promise<readonly SqlRow[]> },
): Promise<OpenedStore> {
  try {
    if ((await find(findTables)).length === 0) {
      throw new TypeError(`No Safelight tables in ${label}: check that it is the right database.`);
    }
    const [setting] = await find(readFreezeStatement);
    return { store, label, movedTo: movedTo(setting?.value) };
  } catch (error) {
    await store.close();
    throw error;
  }
}
