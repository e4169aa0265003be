import type { Experimental_VideoModelV4 as VideoModelV4 } from "@ai-sdk/provider";
import { gateway } from "ai";
import { test } from "vitest";
import { z } from "zod";
import { defineModel } from "../../model/define-model.js";
import { aiSdkVideo } from "./ai-sdk-video.js";

declare const v4: VideoModelV4;

test("accepts a video model in one line", () => {
  const input = z.object({ prompt: z.string(), duration: z.int().max(8).default(4) });
  defineModel({ kind: "video", provider: aiSdkVideo(v4), input });
  defineModel({ kind: "video", provider: aiSdkVideo(gateway.video("google/veo-3.1-generate-001")), input });
});

test("refuses a field of another type, and an image model", () => {
  // @ts-expect-error seconds are a number.
  defineModel({ kind: "video", provider: aiSdkVideo(v4), input: z.object({ duration: z.string() }) });
  // @ts-expect-error an image model makes no video.
  aiSdkVideo(gateway.image("openai/gpt-image-2"));
});
