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

/** A row with the one column that each statement of the store selects. */
export interface JsonRow {
  readonly j: unknown;
}

/** Sends one statement, which is a transaction of its own. */
export type SendStatement = (text: string, values: readonly StatementValue[]) => Promise<readonly JsonRow[]>;

/** @throws {TypeError} if the client has neither of the methods. */
export function sendThrough(client: PostgresClient): SendStatement {
  const own = "$client" in client ? client.$client : client;
  // The casts are safe: each statement of the store selects the one column `j`, or returns no row.
  if ("unsafe" in own && typeof own.unsafe === "function") {
    return async (text, values) => [...(await own.unsafe(text, [...values]))] as readonly JsonRow[];
  }
  if ("query" in own && typeof own.query === "function") {
    return async (text, values) => (await own.query(text, [...values])).rows as readonly JsonRow[];
  }
  throw new TypeError("Unknown Postgres client: pass a pool of `pg`, a client of postgres.js, or a drizzle database.");
}
