import { runProviderContract } from "../../../../testing/provider-contract.js";
import { createFalVendor } from "../../../../testing/vendors/fal-vendor.js";
import { vendorSubject } from "../../../../testing/vendors/vendor-subject.js";
import { fal } from "./fal.js";

runProviderContract("fal", () =>
  vendorSubject({
    vendor: createFalVendor(),
    open: (options) => fal("fal-ai/flux/dev", { ...options, keySetUrl: `${options.baseUrl}/.well-known/jwks.json` }),
    input: (prompt) => ({ prompt }),
  }),
);
