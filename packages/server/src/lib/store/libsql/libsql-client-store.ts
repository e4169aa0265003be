import { access } from "node:fs/promises";
import { resolve } from "node:path";
import { checkOptionNames } from "../../model/check-option-names.js";
import { withSetupCode } from "../../ports/setup-error.js";
import type { Store } from "../../ports/store/store.js";
import { createStore, type LibsqlStoreOptions, storeOptionNames } from "./commands/create-store.js";
import type { BatchClient } from "./executor/batch-client.js";
import { BatchExecutor } from "./executor/batch-executor.js";
import { FileExecutor } from "./executor/file-executor.js";
import { loadDatabaseDriver, openDatabase } from "./executor/open-database.js";

/** The used part of an `@libsql/client` client (0.18 or newer). `protocol` separates a file from a server. */
export interface LibsqlClient extends BatchClient {
  readonly protocol: string;
  execute(sql: string): Promise<{ readonly rows: ArrayLike<unknown> }>;
}

/** Options of {@link libsqlClientStore}. */
export interface LibsqlClientOptions extends LibsqlStoreOptions {
  /** The host's client. The store never closes or reconnects it. */
  readonly client: LibsqlClient;
  /**
   * Another client of the same server, for `audit()`, `costs()` and the sweep: they read whole tables, and may take up to
   * ten minutes. `client` can then end each request after some seconds. A client of a file is not used.
   *
   * @default `client`
   */
  readonly longReadClient?: LibsqlClient;
  /**
   * Identifies the database, for example by its URL: stores of one process with the same identity wake each other.
   *
   * @default the file's path, or the protocol
   */
  readonly identity?: string;
  /**
   * Interval of checks for other nodes' commits in a remote database, which does not report them, in milliseconds.
   * Request mode ignores it: there, each open stream or long poll checks every second.
   *
   * @default 1_000
   */
  readonly pollMs?: number;
}

/**
 * Creates a store on the host's database client: next to the host's own tables, or on a server. From a client of a
 * file, the store takes only the path, and opens the file again through the `libsql` driver. After one busy lock such a
 * client may never commit again (tursodatabase/libsql-client-ts#352).
 *
 * @example
 * ```ts
 * const store = await libsqlClientStore({ client: createClient({ url: process.env.DATABASE_URL }) });
 * ```
 * @throws {TypeError} if the client's database is in memory, or an embedded replica of a server.
 */
export async function libsqlClientStore(options: LibsqlClientOptions): Promise<Store> {
  checkOptionNames<LibsqlClientOptions>(options, {
    where: "libsqlClientStore",
    names: {
      client: "required",
      longReadClient: true,
      identity: true,
      pollMs: true,
      ...storeOptionNames,
    },
  });
  const { client, identity, longReadClient, pollMs = 1_000 } = options;
  if (client.protocol === "file") {
    const path = await pathOf(client);
    const executor = new FileExecutor({
      path,
      load: async () => openDatabase(await loadDatabaseDriver()),
      synchronous: "full",
      busyTimeoutMs: 5_000,
      random: Math.random,
    });
    return createStore(executor, { identity: identity ?? `file:${path}`, options, isFile: true });
  }
  const executor = new BatchExecutor({ client, longReadClient, random: Math.random, busyTimeoutMs: 5_000, pollMs });
  return createStore(executor, { identity: identity ?? client.protocol, options });
}

async function pathOf(client: LibsqlClient): Promise<string> {
  // A single plain SELECT: an embedded replica may forward any other request to its server.
  const { rows } = await client.execute("SELECT file FROM pragma_database_list WHERE name = 'main'");
  // A row can be indexed by column name.
  const [row] = Array.from(rows) as Readonly<Record<string, unknown>>[];
  if (typeof row?.file !== "string" || row.file === "") {
    throw withSetupCode(
      "database_url_invalid",
      new TypeError("The client's database is in memory and would lose paid generations: use a file or a server."),
    );
  }
  const path = resolve(row.file);
  await refuseReplica(path);
  return path;
}

/** Suffixes of libSQL's files for an embedded replica, in the newer and the older protocol. */
const replicaFiles = ["-info", "-client_wal_index"];

/** A write to a replica's file past its client never reaches the server, and breaks the replica. */
async function refuseReplica(path: string): Promise<void> {
  for (const suffix of replicaFiles) {
    const isThere = await access(path + suffix).then(
      () => true,
      () => false,
    );
    if (!isThere) continue;
    throw withSetupCode(
      "option_invalid",
      new TypeError(
        `The client's database is an embedded replica (found ${path}${suffix}), and writes to its file never reach the server: use a client without \`syncUrl\`, or of another file.`,
      ),
    );
  }
}
