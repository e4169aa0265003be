import { runProviderContract } from "../../../../testing/provider-contract.js";
import { createComfyuiVendor } from "../../../../testing/vendors/comfyui-vendor.js";
import { vendorSubject } from "../../../../testing/vendors/vendor-subject.js";
import type { Provider } from "../../ports/provider.js";
import { comfyui } from "./comfyui.js";

const workflow = {
  "3": { class_type: "KSampler", inputs: { seed: "{{seed:seed}}", positive: ["6", 0] } },
  "6": { class_type: "CLIPTextEncode", inputs: { text: "{{prompt}}" } },
  "9": { class_type: "SaveImage", inputs: { images: ["3", 0] } },
} as const;

for (const age of ["new", "old", "oldest"] as const) {
  runProviderContract(`comfyui with a server that is ${age}`, () =>
    vendorSubject({
      vendor: createComfyuiVendor({ age }),
      // The suite's server has no WebSocket. Other tests cover progress.
      open: ({ apiKey, baseUrl, fetch }) => {
        const provider = comfyui(workflow, { apiKey, baseUrl, fetch, listenMs: 0 });
        // Old servers cancel only queued jobs, and the suite queues none. Other tests cover that.
        return age === "new" ? provider : withoutCancel(provider);
      },
      input: (prompt) => ({ prompt }),
    }),
  );
}

function withoutCancel<Input>({ cancel: _, ...provider }: Provider<Input>): Provider<Input> {
  return { ...provider, capabilities: { ...provider.capabilities, cancel: false } };
}
