import { createOpenAI } from "@ai-sdk/openai";
import { runProviderContract } from "../../../../testing/provider-contract.js";
import { createOpenaiVendor } from "../../../../testing/vendors/openai-vendor.js";
import { vendorSubject } from "../../../../testing/vendors/vendor-subject.js";
import { aiSdk } from "./ai-sdk.js";

runProviderContract("aiSdk with the OpenAI package", async () => {
  const subject = await vendorSubject({
    vendor: createOpenaiVendor(),
    open: ({ apiKey, baseUrl, fetch }) => aiSdk(createOpenAI({ apiKey, baseURL: baseUrl, fetch }).image("gpt-image-1")),
    input: (prompt) => ({ prompt }),
  });
  // The package cannot parse a response with an error in place of an image, so its outcome is unknown.
  return { ...subject, inputs: { ...subject.inputs, failing: null } };
});
