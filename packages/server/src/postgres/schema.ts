/**
 * The tables of `postgresStore` as drizzle tables (`drizzle-orm` is an optional peer dependency), for hosts that join
 * them. For queries alone: `drizzle-kit` must not read this module, and needs `tablesFilter: ["!safelight_*"]`, because
 * the checks and collations of the tables are not described here.
 *
 * @module
 */
export { defineTables, type TableNames } from "../lib/store/postgres/schema/schema.js";
