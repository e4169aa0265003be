/**
 * The vendors in the hands of a test: each fake speaks its vendor's wire format, counts what it would charge for, and does to
 * each paid request what it was told to. Needs nothing but Node.js.
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
export { createBflVendor } from "./lib/testing/vendors/bfl-vendor.js";
export { type CloudflareBindingTarget, cloudflareBinding } from "./lib/testing/vendors/cloudflare-binding.js";
export { createCloudflareVendor } from "./lib/testing/vendors/cloudflare-vendor.js";
export {
  type ComfyuiVendor,
  type ComfyuiVendorOptions,
  createComfyuiVendor,
} from "./lib/testing/vendors/comfyui-vendor.js";
export type { CallBackChange, FakeVendor, PaidRequest, VendorBehavior } from "./lib/testing/vendors/fake-vendor.js";
export { ConnectionLost } from "./lib/testing/vendors/fake-vendor.js";
export { createFalVendor } from "./lib/testing/vendors/fal-vendor.js";
export { createGoogleVendor } from "./lib/testing/vendors/google-vendor.js";
export { createOpenaiResponsesVendor, openaiWebhookSecret } from "./lib/testing/vendors/openai-responses-vendor.js";
export { createOpenaiVendor } from "./lib/testing/vendors/openai-vendor.js";
export { createReplicateVendor } from "./lib/testing/vendors/replicate-vendor.js";
export { type ServedVendor, serveVendor } from "./lib/testing/vendors/serve-vendor.js";
export { createStabilityVendor } from "./lib/testing/vendors/stability-vendor.js";
export { type VendorSubjectOptions, vendorSubject } from "./lib/testing/vendors/vendor-subject.js";
