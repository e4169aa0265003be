/**
 * A provider without a key, for first steps, demos and tests. Needs `libsql`.
 *
 * @module
 */
export { type DemoInput, type DemoOptions, type DemoProvider, demo } from "./lib/provider/demo/demo.js";
export type { VendorInvoice } from "./lib/provider/demo/vendor/demo-vendor.js";
