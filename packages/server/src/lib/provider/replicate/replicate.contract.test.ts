import { runProviderContract } from "../../../../testing/provider-contract.js";
import { createReplicateVendor } from "../../../../testing/vendors/replicate-vendor.js";
import { vendorSubject } from "../../../../testing/vendors/vendor-subject.js";
import { replicate } from "./replicate.js";

runProviderContract("replicate", () =>
  vendorSubject({
    vendor: createReplicateVendor(),
    open: (options) => replicate("black-forest-labs/flux-schnell", options),
    input: (prompt) => ({ prompt }),
  }),
);
