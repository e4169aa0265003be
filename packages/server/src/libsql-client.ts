/**
 * Stores the rows in a database through the host's client of `@libsql/client` (an optional peer dependency).
 *
 * @module
 */
export {
  type LibsqlClient,
  type LibsqlClientOptions,
  libsqlClientStore,
} from "./lib/store/libsql/libsql-client-store.js";
