import { describe } from "vitest";
import { runProviderContract } from "../../../../testing/provider-contract.js";
import { cloudflareBinding } from "../../../../testing/vendors/cloudflare-binding.js";
import { createCloudflareVendor } from "../../../../testing/vendors/cloudflare-vendor.js";
import { vendorSubject } from "../../../../testing/vendors/vendor-subject.js";
import { cloudflare } from "./cloudflare.js";

describe.each([
  "@cf/black-forest-labs/flux-1-schnell",
  "@cf/black-forest-labs/flux-2-klein-4b",
  "@cf/stabilityai/stable-diffusion-xl-base-1.0",
])("%s", (model) => {
  runProviderContract("cloudflare over HTTP", () =>
    vendorSubject({
      vendor: createCloudflareVendor(),
      open: (options) => cloudflare(model, { ...options, accountId: "a1" }),
      input: (prompt) => ({ prompt }),
    }),
  );

  runProviderContract("cloudflare through its binding", async () => {
    const subject = await vendorSubject({
      vendor: createCloudflareVendor(),
      open: (options) => cloudflare(model, { binding: cloudflareBinding(options) }),
      input: (prompt) => ({ prompt }),
    });
    // The text of a thrown error does not distinguish a rate limit from another failure.
    return { ...subject, inputs: { ...subject.inputs, busy: null } };
  });
});
