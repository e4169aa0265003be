/**
 * Stores the rows in one libSQL file, through the `libsql` driver (an optional peer dependency).
 *
 * @module
 */
export { type LibsqlFileOptions, libsqlStore } from "./lib/store/libsql/libsql-store.js";
