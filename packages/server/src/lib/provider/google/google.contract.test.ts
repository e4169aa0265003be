import { runProviderContract } from "../../../../testing/provider-contract.js";
import { createGoogleVendor } from "../../../../testing/vendors/google-vendor.js";
import { vendorSubject } from "../../../../testing/vendors/vendor-subject.js";
import { google } from "./google.js";

runProviderContract("google", () =>
  vendorSubject({
    vendor: createGoogleVendor(),
    open: (options) => google("gemini-3.1-flash-image", options),
    input: (prompt) => ({ prompt }),
  }),
);
