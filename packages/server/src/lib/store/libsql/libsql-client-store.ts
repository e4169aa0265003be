import { resolve } from "node:path";
import type { Store } from "../../ports/store.js";
import { type BatchClient, BatchExecutor } from "./batch-executor.js";
import { createStore, type LibsqlStoreOptions } from "./create-store.js";
import type { Executor } from "./executor.js";
import type { OpenDatabase } from "./file-connection.js";
import { FileExecutor } from "./file-executor.js";

/** What is used of a client of `@libsql/client` (0.18 or newer): its protocol tells a file from a server. */
export interface LibsqlClient extends BatchClient {
  readonly protocol: string;
}

/** Options of {@link libsqlClientStore}. */
export interface LibsqlClientOptions extends LibsqlStoreOptions {
  /** The host's client. It stays the host's: it is never closed and never reconnected. */
  readonly client: LibsqlClient;
  /**
   * Names the database, such as its URL: stores of one process with the same name wake each other.
   * @default the file's path, or the protocol
   */
  readonly identity?: string;
  /**
   * How often another node's commits are looked for in a remote database, in milliseconds: nothing tells of them.
   * @default 1_000
   */
  readonly pollMs?: number;
}

/**
 * Keeps the rows in a database that the host has a client for: beside the host's own tables, or on a server.
 * A client of a file lends its path only: after one busy lock such a client may never commit again
 * (tursodatabase/libsql-client-ts#352), so the file is opened a second time, through the `libsql` driver.
 *
 * @example
 * ```ts
 * const store = await libsqlClientStore({ client: createClient({ url: process.env.DATABASE_URL }) });
 * ```
 * @throws {TypeError} when the client's database is in memory.
 */
export async function libsqlClientStore(options: LibsqlClientOptions): Promise<Store> {
  const { client, identity, pollMs = 1_000 } = options;
  if (client.protocol === "file") {
    const path = await pathOf(client);
    return createStore(await fileExecutor(path), identity ?? `file:${path}`, options);
  }
  const executor = new BatchExecutor({ client, close: () => {}, random: Math.random, patienceMs: 5_000, pollMs });
  return createStore(executor, identity ?? client.protocol, options);
}

async function pathOf(client: LibsqlClient): Promise<string> {
  const [result] = await client.batch([{ sql: "PRAGMA database_list", args: {} }], "read");
  // A row may be indexed by column name.
  const rows = Array.from(result?.rows ?? []) as Readonly<Record<string, unknown>>[];
  const path = rows.find((row) => row.name === "main")?.file;
  if (typeof path === "string" && path !== "") return resolve(path);
  throw new TypeError("The client's database is in memory: it would lose what was paid for. Give a file or a server.");
}

async function fileExecutor(path: string): Promise<Executor> {
  // Late, so that a host with a remote database needs no native driver.
  const { default: Database } = await import("libsql");
  const open: OpenDatabase = (file, options) => new Database(file, options);
  return new FileExecutor({ path, open, synchronous: "full", patienceMs: 5_000, random: Math.random });
}
