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

/**
 * Sends one statement, which is a transaction of its own. Ends it after `timeoutMs` if the client can: the caller has a
 * timeout of its own.
 */
export type SendStatement = (statement: {
  readonly text: string;
  readonly values: readonly StatementValue[];
  readonly timeoutMs: number;
}) => Promise<readonly JsonRow[]>;

/** A client, as the store uses it. */
export interface ClientAdapter {
  readonly send: SendStatement;
  /** Max statements that the client runs at a time. It would queue more, and could not cancel a queued one. */
  readonly maxConcurrent: number;
}

const unknownClient =
  "Unknown Postgres client: pass a pool of `pg`, a client of postgres.js, or a drizzle database as `client`.";

/** @throws {TypeError} if the client has neither of the methods. */
export function adaptClient(client: PostgresClient): ClientAdapter {
  // A host without types may pass a URL, which has a password: never print it.
  if (typeof client !== "object" && typeof client !== "function") throw new TypeError(unknownClient);
  const own = "$client" in client ? client.$client : client;
  const maxConcurrent = maxConcurrentOf(own);
  if ("unsafe" in own && typeof own.unsafe === "function") return { maxConcurrent, send: sendToPostgresJs(own) };
  if (!("query" in own) || typeof own.query !== "function") throw new TypeError(unknownClient);
  return { maxConcurrent, send: isPool(own) ? sendToPool(own) : sendToClient(own) };
}

/** For a client of unknown size, such as one that sends each statement as an HTTP request. */
const unknownMax = 32;

/** Pools of `pg` and postgres.js have their number of connections as `options.max`. */
function maxConcurrentOf(client: object): number {
  if (isSingleConnection(client)) return 1;
  const options = "options" in client ? client.options : undefined;
  const max = typeof options === "object" && options !== null && "max" in options ? options.max : undefined;
  return typeof max === "number" && max >= 1 ? max : unknownMax;
}

/** A client of `pg` has `processID`, also before it connects; PGlite has `waitReady`. */
function isSingleConnection(client: object): boolean {
  return "processID" in client || "waitReady" in client;
}

// The casts of rows are safe: each statement of the store selects the one column `j`, or returns no row.

function sendToClient(client: QueryClient): SendStatement {
  return async ({ text, values }) => (await client.query(text, [...values])).rows as readonly JsonRow[];
}

interface PostgresJsQuery extends PromiseLike<Iterable<unknown>> {
  /**
   * Not public. `cancel()` calls it and drops its promise, which rejects while the database is unreachable: Node would
   * end the process.
   */
  readonly canceller?: ((query: PostgresJsQuery) => Promise<unknown>) | null;
}

function sendToPostgresJs(client: UnsafeClient): SendStatement {
  return async ({ text, timeoutMs, values }) => {
    // The cast is safe: postgres.js returns its own queries.
    const query = client.unsafe(text, [...values]) as PostgresJsQuery;
    const timeout = setTimeout(() => void query.canceller?.(query).catch(() => {}), timeoutMs);
    try {
      return [...(await query)] as readonly JsonRow[];
    } finally {
      clearTimeout(timeout);
    }
  };
}

interface Pool {
  readonly totalCount: number;
  query(query: {
    text: string;
    values: StatementValue[];
    query_timeout: number;
  }): Promise<{ rows: readonly unknown[] }>;
  on(event: "error", listener: () => void): unknown;
}

function isPool(client: object): client is Pool {
  return "totalCount" in client && typeof client.totalCount === "number";
}

/** A statement that exceeds its timeout costs its connection, so that a connection that never responds is replaced. */
function sendToPool(pool: Pool): SendStatement {
  keepAlive(pool);
  return async ({ text, timeoutMs, values }) => {
    const query = { text, values: [...values], query_timeout: Math.max(Math.ceil(timeoutMs), 1) };
    return (await pool.query(query)).rows as readonly JsonRow[];
  };
}

const keptAlive = new WeakSet<Pool>();

/**
 * A pool emits `error` when the server ends an idle connection, as at each restart: without a listener, Node ends the
 * process. The pool has already removed the connection.
 */
function keepAlive(pool: Pool): void {
  if (keptAlive.has(pool)) return;
  keptAlive.add(pool);
  pool.on("error", () => {});
}
