import type { CompletedGeneration } from "@safelight/client/contract";
import { createGateway } from "ai";
import { expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import { testServer } from "../../../testing/test-server.js";
import type { FakeVendor } from "../../../testing/vendors/fake-vendor.js";
import { createFalVendor } from "../../../testing/vendors/fal-vendor.js";
import { createGatewayVendor } from "../../../testing/vendors/gateway-vendor.js";
import { createGoogleVideoVendor } from "../../../testing/vendors/google-video-vendor.js";
import { createReplicateVendor } from "../../../testing/vendors/replicate-vendor.js";
import { serveVendor } from "../../../testing/vendors/serve-vendor.js";
import { defineModel } from "../model/define-model.js";
import type { Provider } from "../ports/provider.js";
import { aiSdkVideo } from "../provider/ai-sdk/ai-sdk-video.js";
import { fal } from "../provider/fal/fal.js";
import { googleVideo } from "../provider/google/google-video.js";
import { replicate } from "../provider/replicate/replicate.js";

interface Input {
  readonly prompt: string;
  readonly duration: number;
}

interface VendorApi {
  readonly apiKey: string;
  readonly baseUrl: string;
  readonly mediaHosts: readonly string[];
}

const vendors: Readonly<
  Record<
    string,
    {
      readonly kind: "video" | "audio";
      readonly vendor: FakeVendor;
      readonly open: (api: VendorApi) => Provider<Input>;
      readonly hasPoster?: boolean;
      /** Whether the vendor needs a plan to return files of this kind. */
      readonly isPlanned?: boolean;
    }
  >
> = {
  "a video of fal": {
    kind: "video",
    vendor: createFalVendor(),
    open: (api) => fal("fal-ai/text-to-video", api),
    hasPoster: true,
  },
  "a video of fal's Veo": {
    kind: "video",
    vendor: createFalVendor(),
    open: (api) => fal("fal-ai/veo3", api),
    hasPoster: true,
    isPlanned: true,
  },
  "a sound of fal": { kind: "audio", vendor: createFalVendor(), open: (api) => fal("fal-ai/stable-audio", api) },
  "a video of Replicate": {
    kind: "video",
    vendor: createReplicateVendor(),
    open: (api) => replicate("minimax/video-01", api),
  },
  "a sound of Replicate": {
    kind: "audio",
    vendor: createReplicateVendor(),
    open: (api) => replicate("meta/musicgen", api),
    isPlanned: true,
  },
  "a video of Veo": {
    kind: "video",
    vendor: createGoogleVideoVendor(),
    open: (api) => googleVideo("veo-3.1-generate-preview", api),
  },
  "a video of the AI SDK": {
    kind: "video",
    vendor: createGatewayVendor(),
    open: ({ apiKey, baseUrl, mediaHosts }) =>
      aiSdkVideo(createGateway({ apiKey, baseURL: baseUrl }).video("fake/clip"), { mediaHosts }),
  },
};

it.each(Object.entries(vendors))(
  "stores %s with its duration",
  async (_, { hasPoster, isPlanned, kind, open, vendor }) => {
    if (isPlanned) vendor.plan({ type: "succeed", kind });
    const { close, origin } = await serveVendor(vendor);
    onTestFinished(close);
    const provider = open({ apiKey: "the-key", baseUrl: origin, mediaHosts: [origin] });
    const input = z.object({ prompt: z.string(), duration: z.int() });
    const ann = (await testServer({ models: { flux: defineModel({ kind, provider, input, credits: 40 }) } })).as("ann");
    const { id } = await ann.submit({ prompt: "waves", duration: 5 });
    const { outputs, status } = (await ann.finish(id)) as CompletedGeneration;
    expect(status).toBe("completed");
    const contentType = kind === "video" ? "video/mp4" : "audio/wav";
    expect(outputs).toMatchObject([{ kind, contentType, durationMs: 2_000 }]);
    expect(outputs[0].thumbnailUrl === null).toBe(hasPoster !== true);
    expect(vendor.paid).toHaveLength(1);
  },
);
