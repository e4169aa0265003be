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

// All models share the names of these input fields; each model accepts those that its vendor supports.
const prompt = z.string().trim().min(1).max(2000);
const count = z.int().min(1).max(4).default(1);
/** Some vendors store a seed as a signed 32-bit integer. */
const seed = z.int().min(0).max(2_147_483_647).optional();
/** Input image. */
const image = imageInput().optional();

/**
 * Defines the models of each configured vendor.
 *
 * @param options.offersMedia whether they include one of video.
 */
export function vendorModels(vendors: VendorSettings, { offersMedia }: { readonly offersMedia: boolean }) {
  const offered = {
    ...(vendors.fal !== null && { fal: falModel(vendors.fal) }),
    ...(vendors.fal !== null && offersMedia && { falVideo: falVideoModel(vendors.fal) }),
    ...(vendors.replicate !== null && { replicate: replicateModel(vendors.replicate) }),
    ...(vendors.openai !== null && { openai: openaiModel(vendors.openai) }),
    ...(vendors.google !== null && { google: googleModel(vendors.google) }),
    ...(vendors.bfl !== null && { bfl: bflModel(vendors.bfl) }),
    ...(vendors.stability !== null && { stability: stabilityModel(vendors.stability) }),
    ...(vendors.cloudflare !== null && { cloudflare: cloudflareModel(vendors.cloudflare) }),
    ...(vendors.comfyui !== null && { comfyui: comfyuiModel(vendors.comfyui) }),
  };
  // The type lists every model, since the page is built before the keys are known and reads `/models` at run time. The
  // server looks models up by the submitted name and refuses an unknown one, so a missing model is safe.
  return offered as Required<typeof offered>;
}

/** With the keys of its webhooks, which a fake vendor serves itself. */
function falAccess(access: VendorAccess) {
  return access.baseUrl === undefined ? access : { ...access, keySetUrl: `${access.baseUrl}/.well-known/jwks.json` };
}

function falModel(access: VendorAccess) {
  const flux = fal("fal-ai/flux/dev", falAccess(access));
  // fal has a separate path for image-to-image. Polling and webhooks are the same for both.
  const fluxFromImage = fal("fal-ai/flux/dev/image-to-image", falAccess(access));
  const either: typeof flux = {
    ...flux,
    submit: (request) => ("image_url" in request.input ? fluxFromImage : flux).submit(request),
  };
  const input = z.strictObject({ prompt, count, seed, image });
  return defineModel({
    provider: withVendorInput(either, ({ count, image, ...rest }: z.output<typeof input>) => ({
      ...rest,
      num_images: count,
      ...(image === undefined ? { image_size: "square_hd" as const } : { image_url: image }),
    })),
    input,
    outputs: ({ count }) => count,
    credits: ({ count }) => creditsPerImage.fal * count,
  });
}

/** @see https://fal.ai/models/fal-ai/kling-video/v1.6/pro/text-to-video (checked 2026-11) */
function falVideoModel(access: VendorAccess) {
  const input = z.strictObject({ prompt });
  return defineModel({
    kind: "video",
    provider: withVendorInput(
      fal("fal-ai/kling-video/v1.6/pro/text-to-video", falAccess(access)),
      (fields: z.output<typeof input>) => ({ ...fields, duration: "5" }),
    ),
    input,
    credits: creditsPerImage.falVideo,
  });
}

function replicateModel(access: VendorAccess) {
  const input = z.strictObject({ prompt, count, seed, image });
  return defineModel({
    provider: withVendorInput(
      replicate("black-forest-labs/flux-dev", access),
      ({ count, ...rest }: z.output<typeof input>) => ({ ...rest, num_outputs: count, output_format: "png" }),
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
      ({ count, ...rest }: z.output<typeof input>) => ({
        ...rest,
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
    provider: withVendorInput(google("gemini-3.1-flash-image", access), (fields: z.output<typeof input>) => ({
      ...fields,
      aspectRatio: "1:1",
    })),
    input,
    credits: creditsPerImage.google,
  });
}

function bflModel(access: VendorAccess) {
  const input = z.strictObject({ prompt, seed, image });
  return defineModel({
    provider: withVendorInput(bfl("flux-2-pro", access), ({ image, ...rest }: z.output<typeof input>) => ({
      ...rest,
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
    provider: withVendorInput(stability("sd3.5-large", access), (fields: z.output<typeof input>) => ({
      ...fields,
      // Required with an image, and refused without one.
      ...(fields.image !== undefined && { strength: 0.7 }),
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

/** Wraps a provider so that it accepts the demo's input fields and maps them to those of the vendor. */
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
