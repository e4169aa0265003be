import { test } from "vitest";
import { z } from "zod";
import { defineModel } from "../../model/define-model.js";
import { fal } from "./fal.js";

interface Upscaling {
  readonly scale: number;
}

test("accepts a model in one line, with any fields in its schema", () => {
  defineModel({ provider: fal("fal-ai/flux/dev"), input: z.object({ prompt: z.string() }) });
  defineModel({ provider: fal("somebody/something-new"), input: z.object({ text: z.string(), depth: z.int() }) });
  const schema: z.ZodType<Upscaling, Upscaling> = z.object({ scale: z.number() });
  defineModel({ provider: fal("fal-ai/upscaler"), input: schema });
  defineModel({
    provider: fal("fal-ai/flux/dev"),
    input: z.object({
      prompt: z.string(),
      image_size: z.enum(["square_hd", "portrait_4_3"]).optional(),
      num_images: z.int().default(1),
      image_urls: z.array(z.string()).optional(),
    }),
  });
});

test("refuses a field of another type", () => {
  // @ts-expect-error a prompt is a string
  defineModel({ provider: fal("fal-ai/flux/dev"), input: z.object({ prompt: z.number() }) });
  // @ts-expect-error fal has other names for sizes
  defineModel({ provider: fal("fal-ai/flux/dev"), input: z.object({ image_size: z.literal("1024x1024") }) });
  // @ts-expect-error the input of a model is an object
  defineModel({ provider: fal("fal-ai/flux/dev"), input: z.string() });
});
