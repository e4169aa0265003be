/**
 * Gemini's image models and Veo, at Google's own API.
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
export { googleVideo } from "./lib/provider/google/google-video.js";
export type { GoogleVideoInput } from "./lib/provider/google/google-video-input.js";
export type { GoogleImageModel, GoogleVideoModel } from "./lib/provider/kit/known-models.js";
export type { VendorOptions } from "./lib/provider/kit/vendor-options.js";
