import { NoResponse } from "../../calls/call-queue.js";

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

/** Sends one statement, which is a transaction of its own. After `timeoutMs`, nothing waits for its rows. */
export type SendStatement = (statement: {
  readonly text: string;
  readonly values: readonly StatementValue[];
  readonly timeoutMs: number;
  /** Whether nothing waits for the rows any more: a statement that is not sent yet must not be sent. */
  readonly isGivenUp: () => boolean;
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

/** For a client that does not tell, such as one that sends each statement as an HTTP request. */
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

function sendToPostgresJs(client: UnsafeClient): SendStatement {
  return async ({ text, timeoutMs, values }) => {
    const query = client.unsafe(text, [...values]);
    const timeout = setTimeout(() => cancel(query), timeoutMs);
    try {
      return [...(await query)] as readonly JsonRow[];
    } finally {
      clearTimeout(timeout);
    }
  };
}

/**
 * Cancels a query of postgres.js. Its method `cancel` drops the promise of the request: a server that refuses the
 * connection of the request would reject it, and so end the process.
 */
function cancel(query: object): void {
  if ("canceller" in query && typeof query.canceller === "function") {
    Promise.resolve(query.canceller(query)).catch(() => {});
  } else if ("cancel" in query && typeof query.cancel === "function") {
    query.cancel();
  }
}

interface Queryable {
  query(query: {
    text: string;
    values: StatementValue[];
    query_timeout: number;
  }): Promise<{ rows: readonly unknown[] }>;
}

/** A pool of `pg`. */
interface Pool extends Queryable {
  readonly totalCount: number;
  connect(): Promise<PooledConnection>;
  on(event: "error", listener: () => void): unknown;
}

interface PooledConnection extends Queryable {
  /** Id of the server's process. Absent behind some poolers. */
  readonly processID?: number | null;
  on(event: "error", listener: () => void): unknown;
  off(event: "error", listener: () => void): unknown;
  release(isBroken: boolean): void;
}

function isPool(client: object): client is Pool {
  return "totalCount" in client && typeof client.totalCount === "number";
}

/**
 * A statement that exceeds its timeout costs its connection, so that a connection that never responds is replaced. One
 * that gets a connection too late is not sent: statements of the host and long reads use the same connections, and the
 * pool never takes one of them back.
 */
function sendToPool(pool: Pool): SendStatement {
  keepAlive(pool);
  return async ({ isGivenUp, text, timeoutMs, values }) => {
    const deadline = performance.now() + timeoutMs;
    const connection = await pool.connect();
    // The query rejects, too.
    connection.on("error", ignore);
    let isBroken = false;
    try {
      if (isGivenUp()) throw new NoResponse(`no connection of the pool within ${Math.ceil(timeoutMs)} ms`);
      const restMs = Math.max(Math.ceil(deadline - performance.now()), 1);
      const query = { text, values: [...values], query_timeout: restMs };
      return (await connection.query(query)).rows as readonly JsonRow[];
    } catch (error) {
      isBroken = !(error instanceof NoResponse);
      if (isBroken && performance.now() >= deadline) cancelStatement(pool, connection);
      throw error;
    } finally {
      connection.release(isBroken);
      connection.off("error", ignore);
    }
  };
}

/**
 * The server does not notice that a connection was closed while its statement waits, for example for a lock: without
 * this, the statements of an outage would use up the connections of the server.
 */
function cancelStatement(pool: Pool, { processID }: PooledConnection): void {
  if (typeof processID !== "number") return;
  const query = { text: "SELECT pg_cancel_backend($1)", values: [processID], query_timeout: maxCancelMs };
  pool.query(query).catch(ignore);
}

const maxCancelMs = 5_000;

function ignore(): void {}

const keptAlive = new WeakSet<Pool>();

/**
 * A pool emits `error` when the server ends an idle connection, as at each restart: without a listener, Node ends the
 * process. The pool has already removed the connection.
 */
function keepAlive(pool: Pool): void {
  if (keptAlive.has(pool)) return;
  keptAlive.add(pool);
  pool.on("error", ignore);
}
