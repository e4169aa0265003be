import { runProviderContract } from "../../../../testing/provider-contract.js";
import { tinyPng } from "../../../../testing/tiny-png.js";
import { createStabilityVendor } from "../../../../testing/vendors/stability-vendor.js";
import { vendorSubject } from "../../../../testing/vendors/vendor-subject.js";
import { toBase64 } from "../../bytes/base64.js";
import { stability } from "./stability.js";

runProviderContract("stability", () =>
  vendorSubject({
    vendor: createStabilityVendor(),
    open: (options) => stability("core", options),
    input: (prompt) => ({ prompt }),
  }),
);

runProviderContract("stability with a queued tool", () =>
  vendorSubject({
    vendor: createStabilityVendor(),
    open: (options) => stability("upscale/creative", options),
    input: (prompt) => ({ prompt, image: `data:image/png;base64,${toBase64(tinyPng())}` }),
  }),
);
