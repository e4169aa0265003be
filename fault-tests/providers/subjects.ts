import { createOpenAI } from "@ai-sdk/openai";
import { createGateway } from "ai";
import { toBase64 } from "../../packages/server/src/lib/bytes/base64.js";
import { aiSdk } from "../../packages/server/src/lib/provider/ai-sdk/ai-sdk.js";
import { aiSdkVideo } from "../../packages/server/src/lib/provider/ai-sdk/ai-sdk-video.js";
import { bfl } from "../../packages/server/src/lib/provider/bfl/bfl.js";
import { cloudflare } from "../../packages/server/src/lib/provider/cloudflare/cloudflare.js";
import { comfyui } from "../../packages/server/src/lib/provider/comfyui/comfyui.js";
import { custom } from "../../packages/server/src/lib/provider/custom/custom.js";
import { fal } from "../../packages/server/src/lib/provider/fal/fal.js";
import { google } from "../../packages/server/src/lib/provider/google/google.js";
import { googleVideo } from "../../packages/server/src/lib/provider/google/google-video.js";
import { openai } from "../../packages/server/src/lib/provider/openai/openai.js";
import { openaiResponses } from "../../packages/server/src/lib/provider/openai/openai-responses.js";
import { replicate } from "../../packages/server/src/lib/provider/replicate/replicate.js";
import { stability } from "../../packages/server/src/lib/provider/stability/stability.js";
import type { MatrixSubject } from "../../packages/server/testing/provider-matrix/subject.js";
import { tinyPng } from "../../packages/server/testing/tiny-png.js";
import { createBflVendor } from "../../packages/server/testing/vendors/bfl-vendor.js";
import { cloudflareBinding } from "../../packages/server/testing/vendors/cloudflare-binding.js";
import { createCloudflareVendor } from "../../packages/server/testing/vendors/cloudflare-vendor.js";
import { createComfyuiVendor } from "../../packages/server/testing/vendors/comfyui-vendor.js";
import { createFalVendor } from "../../packages/server/testing/vendors/fal-vendor.js";
import { createGatewayVendor } from "../../packages/server/testing/vendors/gateway-vendor.js";
import { createGoogleVendor } from "../../packages/server/testing/vendors/google-vendor.js";
import { createGoogleVideoVendor } from "../../packages/server/testing/vendors/google-video-vendor.js";
import {
  createOpenaiResponsesVendor,
  openaiWebhookSecret,
} from "../../packages/server/testing/vendors/openai-responses-vendor.js";
import { createOpenaiVendor } from "../../packages/server/testing/vendors/openai-vendor.js";
import { createReplicateVendor } from "../../packages/server/testing/vendors/replicate-vendor.js";
import { createStabilityVendor } from "../../packages/server/testing/vendors/stability-vendor.js";

/** Hides the type of an input. */
function subject<Input>(given: MatrixSubject<Input>): MatrixSubject<unknown> {
  // `open` and `input` come from the same subject, so their inputs match.
  return given as MatrixSubject<unknown>;
}

const workflow = {
  "3": { class_type: "KSampler", inputs: { seed: "{{seed:seed}}", positive: ["6", 0], latent_image: ["5", 0] } },
  "5": { class_type: "EmptyLatentImage", inputs: { batch_size: "{{count:number}}" } },
  "6": { class_type: "CLIPTextEncode", inputs: { text: "{{prompt}}" } },
  "9": { class_type: "SaveImage", inputs: { images: ["3", 0] } },
} as const;

const comfyuiAged = (age: "new" | "old" | "oldest"): MatrixSubject<unknown> =>
  subject({
    createVendor: () => createComfyuiVendor({ age }),
    // The fake has no WebSocket; other tests cover its events.
    open: ({ apiKey, baseUrl, fetch }) => comfyui(workflow, { apiKey, baseUrl, fetch, listenMs: 0 }),
    input: (prompt) => ({ prompt, count: 1 }),
    inputForTwo: (prompt) => ({ prompt, count: 2 }),
    cannotStopRunning: age !== "new",
  });

const bindingError = "the error text of the binding does not distinguish it from other failures";
const unparsedResponse = "the OpenAI package cannot parse such a response, and its error does not show the outcome";

/**
 * Every adapter in the matrix, with the fake of its vendor. The keys are the heads of the table's columns. `custom` wraps a
 * host's functions, here those of fal. The demo provider is not included: its vendor is a database, and has its own tests.
 */
export const subjects = {
  fal: subject({
    createVendor: createFalVendor,
    open: (options) => fal("fal-ai/flux/dev", { ...options, keySetUrl: `${options.baseUrl}/.well-known/jwks.json` }),
    input: (prompt) => ({ prompt }),
    inputForTwo: (prompt) => ({ prompt, num_images: 2 }),
  }),
  replicate: subject({
    createVendor: createReplicateVendor,
    open: (options) => replicate("black-forest-labs/flux-schnell", options),
    input: (prompt) => ({ prompt }),
    inputForTwo: (prompt) => ({ prompt, num_outputs: 2 }),
  }),
  bfl: subject({
    createVendor: createBflVendor,
    open: (options) => bfl("flux-2-pro", options),
    input: (prompt) => ({ prompt }),
    inputForTwo: null,
  }),
  openai: subject({
    createVendor: createOpenaiVendor,
    open: (options) => openai("gpt-image-2.6-flare", options),
    input: (prompt) => ({ prompt }),
    inputForTwo: (prompt) => ({ prompt, n: 2 }),
  }),
  openaiResponses: subject({
    createVendor: createOpenaiResponsesVendor,
    open: (options) =>
      openaiResponses("gpt-image-2.6-flare", {
        textModel: "gpt-5.4-mini",
        webhookSecrets: [openaiWebhookSecret],
        ...options,
      }),
    input: (prompt) => ({ prompt }),
    inputForTwo: (prompt) => ({ prompt }),
  }),
  google: subject({
    createVendor: createGoogleVendor,
    open: (options) => google("gemini-3.1-flash-image", options),
    input: (prompt) => ({ prompt }),
    inputForTwo: (prompt) => ({ prompt }),
  }),
  googleVideo: subject({
    kind: "video",
    createVendor: createGoogleVideoVendor,
    open: (options) => googleVideo("veo-3.1-generate-preview", options),
    input: (prompt) => ({ prompt }),
    inputForTwo: (prompt) => ({ prompt, sampleCount: 2 }),
  }),
  stability: subject({
    createVendor: createStabilityVendor,
    open: (options) => stability("core", options),
    input: (prompt) => ({ prompt }),
    inputForTwo: null,
  }),
  "stability, queued": subject({
    createVendor: createStabilityVendor,
    open: (options) => stability("upscale/creative", options),
    input: (prompt) => ({ prompt, image: `data:image/png;base64,${toBase64(tinyPng())}` }),
    inputForTwo: null,
  }),
  cloudflare: subject({
    createVendor: createCloudflareVendor,
    open: (options) => cloudflare("@cf/black-forest-labs/flux-1-schnell", { ...options, accountId: "a1" }),
    input: (prompt) => ({ prompt }),
    inputForTwo: null,
  }),
  "cloudflare, binding": subject({
    createVendor: createCloudflareVendor,
    open: (options) => cloudflare("@cf/black-forest-labs/flux-1-schnell", { binding: cloudflareBinding(options) }),
    input: (prompt) => ({ prompt }),
    inputForTwo: null,
    lostResponses: {
      "refused: `unauthenticated`": bindingError,
      "refused: `rate_limited`": bindingError,
      "rate limit with `Retry-After`, then success": bindingError,
      "unreachable vendor": bindingError,
    },
  }),
  comfyui: comfyuiAged("new"),
  "comfyui, oldest": comfyuiAged("oldest"),
  custom: subject({
    createVendor: createFalVendor,
    open: (options) => {
      const { cancel, poll, submit } = fal("fal-ai/flux/dev", options);
      if (cancel === undefined || poll === undefined) throw new Error("fal has no poll or cancel.");
      return custom({ id: "studio", mediaHosts: options.mediaHosts, start: submit, poll, cancel });
    },
    input: (prompt) => ({ prompt }),
    inputForTwo: (prompt) => ({ prompt, num_images: 2 }),
  }),
  aiSdk: subject({
    createVendor: createOpenaiVendor,
    open: ({ apiKey, baseUrl, fetch }) => aiSdk(createOpenAI({ apiKey, baseURL: baseUrl, fetch }).image("gpt-image-1")),
    input: (prompt) => ({ prompt }),
    inputForTwo: (prompt) => ({ prompt, n: 2 }),
    lostResponses: {
      "one image of two": unparsedResponse,
      "an endless image": unparsedResponse,
      "refused: `provider_unavailable`": "a 503 of any model is treated as an unknown outcome",
      "accepted, then failed: `content_blocked`": unparsedResponse,
      "accepted, then failed: `provider_error`": unparsedResponse,
    },
  }),
  aiSdkVideo: subject({
    kind: "video",
    createVendor: createGatewayVendor,
    open: ({ apiKey, baseUrl, fetch, mediaHosts }) =>
      aiSdkVideo(createGateway({ apiKey, baseURL: baseUrl, fetch }).video("google/veo-3.1-generate-001"), {
        mediaHosts,
      }),
    input: (prompt) => ({ prompt }),
    inputForTwo: null,
  }),
};
