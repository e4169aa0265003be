/**
 * Verifies and signs webhooks by the Standard Webhooks scheme, for adapters to vendors that use it.
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
