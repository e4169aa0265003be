/**
 * Gemini's image models, at Google's own API.
 *
 * @example
 * ```ts
 * const poster = defineModel({
 *   provider: google("gemini-3.1-flash-image"),
 *   input: z.object({ prompt: z.string() }),
 *   credits: 4,
 * });
 * ```
 * @module
 */
export { type GoogleOptions, google } from "./lib/provider/google/google.js";
export type { GoogleInput } from "./lib/provider/google/google-input.js";
export type { GoogleImageModel } from "./lib/provider/kit/known-models.js";
export type { VendorOptions } from "./lib/provider/kit/vendor-options.js";
