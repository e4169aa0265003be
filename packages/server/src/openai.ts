/**
 * Image models of OpenAI: by the Images API, and by the Responses API in the background.
 *
 * @example
 * ```ts
 * const poster = defineModel({
 *   provider: openai("gpt-image-2.6-flare"),
 *   input: z.object({ prompt: z.string() }),
 *   credits: 4,
 * });
 * ```
 * @module
 */

export type { OpenaiImageModel } from "./lib/provider/kit/known-models.js";
export type { VendorOptions } from "./lib/provider/kit/vendor-options.js";
export { type OpenaiOptions, openai } from "./lib/provider/openai/openai.js";
export type { OpenaiImageSettings, OpenaiInput, OpenaiResponsesInput } from "./lib/provider/openai/openai-input.js";
export { type OpenaiResponsesOptions, openaiResponses } from "./lib/provider/openai/openai-responses.js";
export { type OpenaiWebhookRelayOptions, openaiWebhookRelay } from "./lib/provider/openai/openai-webhook-relay.js";
