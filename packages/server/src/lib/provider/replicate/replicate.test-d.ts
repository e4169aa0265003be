import { test } from "vitest";
import { z } from "zod";
import { defineModel } from "../../model/define-model.js";
import { replicate } from "./replicate.js";

interface Upscaling {
  readonly scale: number;
}

test("accepts a model in one line, with any fields in its schema", () => {
  defineModel({ provider: replicate("black-forest-labs/flux-schnell"), input: z.object({ prompt: z.string() }) });
  defineModel({ provider: replicate("ann/poster:5c7d5dc6"), input: z.object({ text: z.string(), depth: z.int() }) });
  const schema: z.ZodType<Upscaling, Upscaling> = z.object({ scale: z.number() });
  defineModel({ provider: replicate("ann/upscaler"), input: schema });
  defineModel({
    provider: replicate("black-forest-labs/flux-schnell"),
    input: z.object({ prompt: z.string(), num_outputs: z.int().default(1), seed: z.int().optional() }),
  });
});

test("refuses a field of another type", () => {
  // @ts-expect-error a prompt is a string
  defineModel({ provider: replicate("black-forest-labs/flux-schnell"), input: z.object({ prompt: z.number() }) });
  // @ts-expect-error the input of a model is an object
  defineModel({ provider: replicate("black-forest-labs/flux-schnell"), input: z.string() });
});
