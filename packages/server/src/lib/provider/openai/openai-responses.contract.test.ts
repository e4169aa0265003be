import { runProviderContract } from "../../../../testing/provider-contract.js";
import {
  createOpenaiResponsesVendor,
  openaiWebhookSecret,
} from "../../../../testing/vendors/openai-responses-vendor.js";
import { vendorSubject } from "../../../../testing/vendors/vendor-subject.js";
import { openaiResponses } from "./openai-responses.js";

runProviderContract("openai-responses", () =>
  vendorSubject({
    vendor: createOpenaiResponsesVendor(),
    open: (options) =>
      openaiResponses("gpt-image-2.6-flare", {
        textModel: "gpt-5.4-mini",
        webhookSecrets: [openaiWebhookSecret],
        ...options,
      }),
    input: (prompt) => ({ prompt }),
  }),
);
