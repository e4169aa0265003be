/**
 * Models of fal (https://fal.ai).
 *
 * @example
 * ```ts
 * const flux = defineModel({ provider: fal("fal-ai/flux/dev"), input: z.object({ prompt: z.string() }), credits: 4 });
 * ```
 * @module
 */
export { type FalOptions, fal } from "./lib/provider/fal/fal.js";
export type { FalImageSize, FalInput } from "./lib/provider/fal/fal-input.js";
