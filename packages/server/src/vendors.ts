/**
 * Fakes of the supported vendors. Each implements its vendor's wire format, records the requests that it would charge
 * for, and treats each paid request as planned. Requires only Node.js.
 *
 * @example
 * ```ts
 * import { fal } from "@safelight/server/fal";
 * import { createFalVendor, serveVendor } from "@safelight/server/vendors";
 *
 * const vendor = createFalVendor();
 * const { origin, close } = await serveVendor(vendor);
 * const provider = fal("fal-ai/flux/dev", { apiKey: "the-key", baseUrl: origin, mediaHosts: [origin] });
 * vendor.plan({ type: "fail", code: "content_blocked" });
 * ```
 *
 * @module
 */
export { createBflVendor } from "../testing/vendors/bfl-vendor.js";
export { type CloudflareBindingTarget, cloudflareBinding } from "../testing/vendors/cloudflare-binding.js";
export { createCloudflareVendor } from "../testing/vendors/cloudflare-vendor.js";
export {
  type ComfyuiVendor,
  type ComfyuiVendorOptions,
  createComfyuiVendor,
} from "../testing/vendors/comfyui-vendor.js";
export type { FakeVendor, PaidRequest, VendorBehavior, WebhookChange } from "../testing/vendors/fake-vendor.js";
export { ConnectionLost } from "../testing/vendors/fake-vendor.js";
export { createFalVendor } from "../testing/vendors/fal-vendor.js";
export { createGatewayVendor } from "../testing/vendors/gateway-vendor.js";
export { createGoogleVendor } from "../testing/vendors/google-vendor.js";
export { createGoogleVideoVendor } from "../testing/vendors/google-video-vendor.js";
export { createOpenaiResponsesVendor, openaiWebhookSecret } from "../testing/vendors/openai-responses-vendor.js";
export { createOpenaiVendor } from "../testing/vendors/openai-vendor.js";
export { createReplicateVendor } from "../testing/vendors/replicate-vendor.js";
export { type ServedVendor, serveVendor } from "../testing/vendors/serve-vendor.js";
export { createStabilityVendor } from "../testing/vendors/stability-vendor.js";
export { type VendorSubjectOptions, vendorSubject } from "../testing/vendors/vendor-subject.js";
