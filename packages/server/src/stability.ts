/**
 * Stability AI's models and tools.
 *
 * @module
 */
export { type StabilityOptions, stability } from "./lib/provider/stability/stability.js";
export type { StabilityInput, StabilityToolInput } from "./lib/provider/stability/stability-input.js";
export type { StabilityModel } from "./lib/provider/vendor/living-models.js";
export type { VendorOptions } from "./lib/provider/vendor/vendor-options.js";
