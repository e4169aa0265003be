/**
 * What every adapter must do, as vitest tests, and equipment for tests of hosts. Needs `vitest`.
 *
 * @module
 */
export { type DeterministicIds, deterministicIds } from "./lib/testing/deterministic-ids.js";
export { type FakeClock, fakeClock } from "./lib/testing/fake-clock.js";
export type { ProviderInputs, ProviderSubject } from "./lib/testing/provider-contract/bench.js";
export { runProviderContract } from "./lib/testing/provider-contract.js";
export type { CellEnd } from "./lib/testing/provider-matrix/cell.js";
export type { MatrixOptions, MatrixSubject } from "./lib/testing/provider-matrix/subject.js";
export { runProviderMatrix } from "./lib/testing/provider-matrix.js";
export {
  accepted,
  done,
  type ProviderScript,
  type ScriptedProvider,
  type ScriptLine,
  scriptedProvider,
} from "./lib/testing/scripted-provider.js";
export { runStorageContract, type StorageSubject } from "./lib/testing/storage-contract.js";
export type { CreateStore } from "./lib/testing/store-contract/scenario.js";
export { runStoreContract } from "./lib/testing/store-contract.js";
export { noImages, type SubmitRequestChange, submitRequest } from "./lib/testing/submit-request.js";
export { tinyPng } from "./lib/testing/tiny-png.js";
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
