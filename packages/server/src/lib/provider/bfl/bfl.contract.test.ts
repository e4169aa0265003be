import { runProviderContract } from "../../../../testing/provider-contract.js";
import { createBflVendor } from "../../../../testing/vendors/bfl-vendor.js";
import { vendorSubject } from "../../../../testing/vendors/vendor-subject.js";
import { bfl } from "./bfl.js";

runProviderContract("bfl", () =>
  vendorSubject({
    vendor: createBflVendor(),
    open: (options) => bfl("flux-2-pro", options),
    input: (prompt) => ({ prompt }),
  }),
);
