import { runProviderContract } from "../../../../testing/provider-contract.js";
import { createGoogleVideoVendor } from "../../../../testing/vendors/google-video-vendor.js";
import { vendorSubject } from "../../../../testing/vendors/vendor-subject.js";
import { googleVideo } from "./google-video.js";

runProviderContract("googleVideo", () =>
  vendorSubject({
    vendor: createGoogleVideoVendor(),
    open: (options) => googleVideo("veo-3.1-generate-preview", options),
    input: (prompt) => ({ prompt }),
  }),
);
