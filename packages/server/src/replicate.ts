/**
 * Models of Replicate (https://replicate.com).
 *
 * @example
 * ```ts
 * const provider = replicate("black-forest-labs/flux-schnell");
 * const flux = defineModel({ provider, input: z.object({ prompt: z.string() }), credits: 4 });
 * ```
 * @module
 */
export { type ReplicateOptions, replicate } from "./lib/provider/replicate/replicate.js";
export type { ReplicateInput } from "./lib/provider/replicate/replicate-input.js";
