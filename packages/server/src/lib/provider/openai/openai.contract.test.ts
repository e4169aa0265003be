import { runProviderContract } from "../../../../testing/provider-contract.js";
import { createOpenaiVendor } from "../../../../testing/vendors/openai-vendor.js";
import { vendorSubject } from "../../../../testing/vendors/vendor-subject.js";
import { openai } from "./openai.js";

runProviderContract("openai", () =>
  vendorSubject({
    vendor: createOpenaiVendor(),
    open: (options) => openai("gpt-image-2.6-flare", options),
    input: (prompt) => ({ prompt }),
  }),
);
