import type { ImageModelV2, ImageModelV3, ImageModelV4 } from "@ai-sdk/provider";
import type { ImageModel } from "ai";
import { test } from "vitest";
import { z } from "zod";
import { defineModel } from "../../model/define-model.js";
import { aiSdk } from "./ai-sdk.js";

declare const v2: ImageModelV2;
declare const v3: ImageModelV3;
declare const v4: ImageModelV4;

test("accepts a model of each version in one line", () => {
  const input = z.object({ prompt: z.string() });
  defineModel({ provider: aiSdk(v2), input });
  defineModel({ provider: aiSdk(v3), input });
  defineModel({ provider: aiSdk(v4), input });
  defineModel({ provider: aiSdk(v4), input: z.object({ prompt: z.string(), n: z.number().int().max(4).optional() }) });
});

test("infers the input of the providerOptions function from the model", () => {
  defineModel({
    provider: aiSdk<{ prompt: string; quality: "low" | "high" }>(v4, {
      providerOptions: ({ quality }) => ({ openai: { quality } }),
    }),
    input: z.object({ prompt: z.string(), quality: z.enum(["low", "high"]) }),
  });
});

test("refuses a field of another type, and the name of a model", () => {
  // @ts-expect-error a prompt is a string.
  defineModel({ provider: aiSdk(v4), input: z.object({ prompt: z.number() }) });
  // @ts-expect-error a model id is not a model.
  aiSdk("openai/gpt-image-1");
  // @ts-expect-error `ImageModel` of "ai" may be a model id.
  aiSdk({} as ImageModel);
});
