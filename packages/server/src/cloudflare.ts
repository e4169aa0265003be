/**
 * Cloudflare Workers AI, over HTTP or by a Worker's own binding.
 *
 * @module
 */
export {
  type CloudflareBindingOptions,
  type CloudflareModelOptions,
  type CloudflareRestOptions,
  cloudflare,
} from "./lib/provider/cloudflare/cloudflare.js";
export type { CloudflareInput } from "./lib/provider/cloudflare/cloudflare-input.js";
export type { WorkersAi, WorkersAiGateway } from "./lib/provider/cloudflare/run-by-binding.js";
export type { CloudflareModel } from "./lib/provider/kit/known-models.js";
