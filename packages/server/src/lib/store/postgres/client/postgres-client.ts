import { withSetupCode } from "../../../ports/setup-error.js";
import { type NamingOptions, nameStatements, type SendNamed } from "./named-statements.js";
import { isPool, sendToPool } from "./pg-pool.js";
import type { JsonRow, SendStatement, StatementValue } from "./send-statement.js";
import { isLostName } from "./sql-state.js";

/**
 * A client of the host, by its shape: `pg` and PGlite have `query`, postgres.js has `unsafe`, and a database of drizzle
 * has one of them as `$client`. The store sends texts with values, and needs no session and no transaction of its own.
 */
export type PostgresClient = QueryClient | UnsafeClient | { readonly $client: QueryClient | UnsafeClient };

/** A pool of `pg`, PGlite, or another client with the same method. */
export interface QueryClient {
  query(text: string, values: StatementValue[]): Promise<{ readonly rows: readonly unknown[] }>;
}

/** A client of postgres.js. */
export interface UnsafeClient {
  unsafe(
    text: string,
    values: StatementValue[],
    options?: { readonly prepare: boolean },
  ): PromiseLike<Iterable<unknown>>;
}

/** A client, as the store uses it. */
export interface ClientAdapter {
  readonly send: SendStatement;
  /** Max statements at a time. The client would queue further statements, which cannot be canceled. */
  readonly maxConcurrent: number;
}

const unknownClient =
  "Unknown Postgres client: pass a pool of `pg`, a client of postgres.js, or a drizzle database as `client`.";

/** @throws {TypeError} if the client has neither of the methods. */
export function adaptClient(client: PostgresClient, naming: NamingOptions): ClientAdapter {
  // A host without types may pass a URL, which has a password: never print it.
  if (typeof client !== "object" && typeof client !== "function")
    throw withSetupCode("option_invalid", new TypeError(unknownClient));
  const own = "$client" in client ? client.$client : client;
  const maxConcurrent = maxConcurrentOf(own);
  if ("unsafe" in own && typeof own.unsafe === "function") {
    return { maxConcurrent, send: nameStatements(sendToPostgresJs(own), naming) };
  }
  if (!("query" in own) || typeof own.query !== "function")
    throw withSetupCode("option_invalid", new TypeError(unknownClient));
  return { maxConcurrent, send: isPool(own) ? nameStatements(sendToPool(own), naming) : sendToClient(own) };
}

/** Default for a client without `options.max`, such as one that sends each statement as an HTTP request. */
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

/** postgres.js chooses the name itself, and names nothing if the option `prepare` of the client is false. */
function sendToPostgresJs(client: UnsafeClient): SendNamed {
  return async ({ name, onLostName, text, timeoutMs, values }) => {
    const query = client.unsafe(text, [...values], { prepare: name !== null });
    const timeout = setTimeout(() => cancel(query), timeoutMs);
    try {
      return [...(await query)] as readonly JsonRow[];
    } finally {
      clearTimeout(timeout);
      // After a lost name, it has sent the statement again under another name, without an error.
      if ("retried" in query && isLostName(query.retried)) onLostName();
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
