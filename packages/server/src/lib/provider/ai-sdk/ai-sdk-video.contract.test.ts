import { createGateway } from "ai";
import { runProviderContract } from "../../../../testing/provider-contract.js";
import { createGatewayVendor } from "../../../../testing/vendors/gateway-vendor.js";
import { vendorSubject } from "../../../../testing/vendors/vendor-subject.js";
import { aiSdkVideo } from "./ai-sdk-video.js";

runProviderContract("aiSdkVideo with the AI Gateway", () =>
  vendorSubject({
    vendor: createGatewayVendor(),
    open: ({ apiKey, baseUrl, fetch, mediaHosts }) =>
      aiSdkVideo(createGateway({ apiKey, baseURL: baseUrl, fetch }).video("google/veo-3.1-generate-001"), {
        mediaHosts,
      }),
    input: (prompt) => ({ prompt }),
  }),
);
