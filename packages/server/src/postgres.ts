/**
 * Rows in a Postgres database, on a client of the host: `pg`, postgres.js, PGlite, or drizzle.
 *
 * @module
 */
export type {
  PostgresClient,
  QueryClient,
  StatementValue,
  UnsafeClient,
} from "./lib/store/postgres/client/postgres-client.js";
export { type PostgresOptions, postgresStore } from "./lib/store/postgres/postgres-store.js";
