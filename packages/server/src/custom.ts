/**
 * A provider that is a function of the host.
 *
 * @module
 */
export { type CustomJobOptions, type CustomRunOptions, custom } from "./lib/provider/custom/custom.js";
