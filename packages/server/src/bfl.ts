/**
 * The FLUX models of Black Forest Labs, at the vendor's own API.
 *
 * @module
 */
export { bfl } from "./lib/provider/bfl/bfl.js";
export type { BflInput } from "./lib/provider/bfl/bfl-input.js";
export type { BflModel } from "./lib/provider/kit/known-models.js";
export type { VendorOptions } from "./lib/provider/kit/vendor-options.js";
