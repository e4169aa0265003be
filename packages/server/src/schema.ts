/**
 * The tables as drizzle tables (`drizzle-orm` is an optional peer dependency), for hosts that keep Safelight's rows in
 * their own database and join them.
 *
 * @module
 */
export { accounts, attempts, generations, ledgerEntries, outputs, owners } from "./lib/store/libsql/schema.js";
