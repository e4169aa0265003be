/**
 * Call-backs that are signed as by Standard Webhooks, for adapters to vendors that do.
 *
 * @example
 * ```ts
 * const signed = await verifyStandardWebhook(request, ["whsec_…"]);
 * ```
 * @module
 */
export {
  type StandardWebhook,
  signStandardWebhook,
  type UnsignedWebhook,
  verifyStandardWebhook,
} from "./lib/signing/standard-webhooks.js";
