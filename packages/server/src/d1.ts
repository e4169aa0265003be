/**
 * Stores the rows in a D1 database of Cloudflare Workers.
 *
 * @module
 */
export { type D1StoreOptions, d1Store } from "./lib/store/libsql/d1-store.js";
export type { D1Binding, D1Statement } from "./lib/store/libsql/executor/d1-client.js";
