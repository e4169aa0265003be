/**
 * A provider that needs no API key, for first steps, demos and tests. Needs `libsql`.
 *
 * @module
 */
export { type DemoInput, type DemoOptions, type DemoProvider, demo } from "./lib/provider/demo.js";
export type { VendorInvoice } from "./lib/vendor/demo-vendor.js";
