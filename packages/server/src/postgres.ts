/**
 * Stores the rows in a Postgres database through a client of the host: `pg`, postgres.js, PGlite or drizzle. Publishes hints
 * between processes by `LISTEN` and `NOTIFY`.
 *
 * @module
 */
export type { NetworkedEventBus } from "./lib/event-bus/networked-event-bus.js";
export { type PostgresEventBusOptions, postgresEventBus } from "./lib/event-bus/postgres-event-bus.js";
export type { SessionClient } from "./lib/event-bus/reconnecting-session.js";
export type {
  PostgresClient,
  QueryClient,
  UnsafeClient,
} from "./lib/store/postgres/client/postgres-client.js";
export type { StatementValue } from "./lib/store/postgres/client/send-statement.js";
export { type PostgresOptions, postgresStore } from "./lib/store/postgres/postgres-store.js";
