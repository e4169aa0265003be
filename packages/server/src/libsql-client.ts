/**
 * Rows in a database that the host has a client of `@libsql/client` for (an optional peer dependency).
 *
 * @module
 */
export {
  type LibsqlClient,
  type LibsqlClientOptions,
  libsqlClientStore,
} from "./lib/store/libsql/libsql-client-store.js";
