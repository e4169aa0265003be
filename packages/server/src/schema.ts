/**
 * The tables as drizzle tables (`drizzle-orm` is an optional peer dependency), for hosts that keep Safelight's rows in
 * their own database and join them. For queries alone: `drizzle-kit` must not read this module, and needs
 * `tablesFilter: ["!safelight_*"]`, because the indexes and checks of the tables are not described here.
 *
 * @module
 */
export { accounts, attempts, generations, ledgerEntries, outputs, owners } from "./lib/store/libsql/schema/schema.js";
