import { type DemoOptions, demo } from "@safelight/demo-provider";
import { defineModel } from "@safelight/server";
import { audioInput, imageInput, videoInput } from "@safelight/server/zod";
import { z } from "zod";
import { maxClipBytes } from "../src/models/generation-input.ts";
import { creditsPerImage } from "../src/prices.ts";

const prompt = z.string().trim().min(1).max(2000);
const steps = z.int().min(1).max(30).default(8);
const seed = z.int().min(0).max(4_294_967_295).optional();
const image = imageInput().optional();
/** Limits of an input video or audio file, which the provider reads into memory. */
const clipLimits = { maxBytes: maxClipBytes, maxSeconds: 300 };
const clip = z.union([videoInput(clipLimits), audioInput(clipLimits)]).optional();
const aspectRatio = z.enum(["1:1", "3:2", "2:3", "16:9", "9:16"]).default("1:1");

/** The demo's own models of video and audio, if they are offered. */
export function mediaModels(options: DemoOptions, isOffered: boolean) {
  const offered = {
    ...(isOffered && {
      reel: defineModel({
        kind: "video",
        provider: demo({ ...options, kind: "video" }),
        input: z.strictObject({ prompt, steps, aspectRatio, seed, image, clip }),
        credits: creditsPerImage.reel,
      }),
      recording: defineModel({
        kind: "audio",
        provider: demo({ ...options, kind: "audio" }),
        input: z.strictObject({ prompt, steps, seed }),
        credits: creditsPerImage.recording,
      }),
    }),
  };
  // As in `vendorModels`: the page reads `/models` at run time.
  return offered as Required<typeof offered>;
}
