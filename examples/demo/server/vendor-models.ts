import { defineModel, type Provider } from "@safelight/server";
import { bfl } from "@safelight/server/bfl";
import { cloudflare } from "@safelight/server/cloudflare";
import { comfyui } from "@safelight/server/comfyui";
import { fal } from "@safelight/server/fal";
import { google } from "@safelight/server/google";
import { openai } from "@safelight/server/openai";
import { replicate } from "@safelight/server/replicate";
import { stability } from "@safelight/server/stability";
import { imageInput } from "@safelight/server/zod";
import { z } from "zod";
import { creditsPerImage } from "../src/prices.ts";
import { readWorkflow } from "./comfyui-workflow.ts";
import type { ComfyuiAccess, VendorAccess, VendorSettings } from "./vendor-settings.ts";

// The page has one set of words for what a picture is made of; each model takes those that its vendor knows.
const prompt = z.string().trim().min(1).max(2000);
const count = z.int().min(1).max(4).default(1);
/** Some vendors keep it in 32 bits with a sign. */
const seed = z.int().min(0).max(2_147_483_647).optional();
/** A picture to begin from. */
const image = imageInput().optional();

/** A model for each vendor that there is a key for. */
export function vendorModels(vendors: VendorSettings) {
  const offered = {
    ...(vendors.fal !== null && { fal: falModel(vendors.fal) }),
    ...(vendors.replicate !== null && { replicate: replicateModel(vendors.replicate) }),
    ...(vendors.openai !== null && { openai: openaiModel(vendors.openai) }),
    ...(vendors.google !== null && { google: googleModel(vendors.google) }),
    ...(vendors.bfl !== null && { bfl: bflModel(vendors.bfl) }),
    ...(vendors.stability !== null && { stability: stabilityModel(vendors.stability) }),
    ...(vendors.cloudflare !== null && { cloudflare: cloudflareModel(vendors.cloudflare) }),
    ...(vendors.comfyui !== null && { comfyui: comfyuiModel(vendors.comfyui) }),
  };
  // The types of an app say which models it may have, and for the page alone: it was built before anybody knew the keys,
  // and asks `/models` which are there. Nobody looks one up here by its name; a submit to one that is missing is refused.
  return offered as Required<typeof offered>;
}

function falModel(access: VendorAccess) {
  const keySetUrl = access.baseUrl === undefined ? {} : { keySetUrl: `${access.baseUrl}/.well-known/jwks.json` };
  const flux = fal("fal-ai/flux/dev", { ...access, ...keySetUrl });
  // fal has another path for pictures that begin from one. Its jobs are asked about and called back alike.
  const fluxFromImage = fal("fal-ai/flux/dev/image-to-image", { ...access, ...keySetUrl });
  const either: typeof flux = {
    ...flux,
    submit: (request) => ("image_url" in request.input ? fluxFromImage : flux).submit(request),
  };
  const input = z.strictObject({ prompt, count, seed, image });
  return defineModel({
    provider: withVendorInput(either, ({ count, image, ...asked }: z.output<typeof input>) => ({
      ...asked,
      num_images: count,
      ...(image === undefined ? { image_size: "square_hd" as const } : { image_url: image }),
    })),
    input,
    outputs: ({ count }) => count,
    credits: ({ count }) => creditsPerImage.fal * count,
  });
}

function replicateModel(access: VendorAccess) {
  const input = z.strictObject({ prompt, count, seed, image });
  return defineModel({
    provider: withVendorInput(
      replicate("black-forest-labs/flux-dev", access),
      ({ count, ...asked }: z.output<typeof input>) => ({ ...asked, num_outputs: count, output_format: "png" }),
    ),
    input,
    outputs: ({ count }) => count,
    credits: ({ count }) => creditsPerImage.replicate * count,
  });
}

function openaiModel(access: VendorAccess) {
  const input = z.strictObject({ prompt, count, image });
  return defineModel({
    provider: withVendorInput(
      openai("gpt-image-2.6-flare", { ...access, partialImages: 1 }),
      ({ count, ...asked }: z.output<typeof input>) => ({
        ...asked,
        n: count,
        size: "1024x1024",
        quality: "medium" as const,
      }),
    ),
    input,
    outputs: ({ count }) => count,
    credits: ({ count }) => creditsPerImage.openai * count,
  });
}

function googleModel(access: VendorAccess) {
  const input = z.strictObject({ prompt, seed, image });
  return defineModel({
    provider: withVendorInput(google("gemini-3.1-flash-image", access), (asked: z.output<typeof input>) => ({
      ...asked,
      aspectRatio: "1:1",
    })),
    input,
    credits: creditsPerImage.google,
  });
}

function bflModel(access: VendorAccess) {
  const input = z.strictObject({ prompt, seed, image });
  return defineModel({
    provider: withVendorInput(bfl("flux-2-pro", access), ({ image, ...asked }: z.output<typeof input>) => ({
      ...asked,
      ...(image !== undefined && { input_image: image }),
      output_format: "png" as const,
    })),
    input,
    credits: creditsPerImage.bfl,
  });
}

function stabilityModel(access: VendorAccess) {
  const input = z.strictObject({ prompt, seed, image });
  return defineModel({
    provider: withVendorInput(stability("sd3.5-large", access), (asked: z.output<typeof input>) => ({
      ...asked,
      // Required beside a picture, and refused without one.
      ...(asked.image !== undefined && { strength: 0.7 }),
    })),
    input,
    credits: creditsPerImage.stability,
  });
}

function cloudflareModel(access: VendorAccess & { readonly accountId: string }) {
  return defineModel({
    provider: cloudflare("@cf/leonardo/lucid-origin", access),
    input: z.strictObject({ prompt, seed }),
    credits: creditsPerImage.cloudflare,
  });
}

function comfyuiModel({ baseUrl, workflowFile }: ComfyuiAccess) {
  return defineModel({
    provider: comfyui(readWorkflow(workflowFile), { baseUrl, previews: true }),
    input: z.strictObject({ prompt, seed }),
    credits: creditsPerImage.comfyui,
  });
}

/** A provider that takes the page's words for an input, and says them in those of its vendor. */
function withVendorInput<Input, VendorInput>(
  provider: Provider<VendorInput>,
  toVendorInput: (input: Input) => VendorInput,
): Provider<Input> {
  const { poll, ...others } = provider;
  return {
    ...others,
    submit: (request) => provider.submit({ ...request, input: toVendorInput(request.input) }),
    ...(poll && {
      poll: (operation, context) => poll.call(provider, operation, { ...context, input: toVendorInput(context.input) }),
    }),
  };
}
