/**
 * A client of the host, by its shape: `pg` and PGlite have `query`, postgres.js has `unsafe`, and a database of drizzle
 * has one of them as `$client`. The store sends texts with values, and needs no session and no transaction of its own.
 */
export type PostgresClient = QueryClient | UnsafeClient | { readonly $client: QueryClient | UnsafeClient };

/** A value that the store binds. JSON and lists are text. */
export type StatementValue = string | number | null;

/** A pool of `pg`, PGlite, or another client with the same method. */
export interface QueryClient {
  query(text: string, values: StatementValue[]): Promise<{ readonly rows: readonly unknown[] }>;
}

/** A client of postgres.js. */
export interface UnsafeClient {
  unsafe(text: string, values: StatementValue[]): PromiseLike<Iterable<unknown>>;
}

/** A row with the one column that each statement of the store selects: JSON as text, which no option of a client changes. */
export interface JsonRow {
  readonly j: string | null;
}

/** Sends one statement, which is a transaction of its own. */
export type SendStatement = (text: string, values: readonly StatementValue[]) => Promise<readonly JsonRow[]>;

/** A client, as the store uses it. */
export interface Connections {
  readonly send: SendStatement;
  /** Statements that the client can run at a time. It would queue more, and never take one back. */
  readonly max: number;
}

const unknownClient =
  "Unknown Postgres client: pass a pool of `pg`, a client of postgres.js, or a drizzle database as `client`.";

/** For a client that does not tell, such as one that sends each statement as an HTTP request. */
const unknownMax = 32;

/** @throws {TypeError} if the client has neither of the methods. */
export function connectThrough(client: PostgresClient): Connections {
  // A host without types may pass a URL, which has a password: never print it.
  if (typeof client !== "object" && typeof client !== "function") throw new TypeError(unknownClient);
  const own = "$client" in client ? client.$client : client;
  const max = maxOf(own);
  // The casts are safe: each statement of the store selects the one column `j`, or returns no row.
  if ("unsafe" in own && typeof own.unsafe === "function") {
    return { max, send: async (text, values) => [...(await own.unsafe(text, [...values]))] as readonly JsonRow[] };
  }
  if ("query" in own && typeof own.query === "function") {
    keepAliveOnError(own);
    return { max, send: async (text, values) => (await own.query(text, [...values])).rows as readonly JsonRow[] };
  }
  throw new TypeError(unknownClient);
}

/** `pg` and postgres.js have their number of connections as `options.max`. */
function maxOf(client: object): number {
  const options = "options" in client ? client.options : undefined;
  const max = typeof options === "object" && options !== null && "max" in options ? options.max : undefined;
  return typeof max === "number" && max >= 1 ? max : unknownMax;
}

const listened = new WeakSet<object>();

/**
 * A pool of `pg` emits `error` when the server ends an idle connection, as at each restart. Without a listener, Node
 * ends the process. The pool has already replaced the connection, and a statement that fails reports its own error.
 */
function keepAliveOnError(client: QueryClient): void {
  if (!("on" in client) || typeof client.on !== "function" || listened.has(client)) return;
  listened.add(client);
  client.on("error", () => {});
}
