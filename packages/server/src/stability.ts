/**
 * Stability AI's models and tools.
 *
 * @module
 */

export type { StabilityModel } from "./lib/provider/kit/known-models.js";
export type { VendorOptions } from "./lib/provider/kit/vendor-options.js";
export { type StabilityOptions, stability } from "./lib/provider/stability/stability.js";
export type { StabilityInput, StabilityToolInput } from "./lib/provider/stability/stability-input.js";
