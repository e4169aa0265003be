import { expectTypeOf, test } from "vitest";
import { z } from "zod";
import { defineModel } from "../../model/define-model.js";
import { openai } from "./openai.js";

test("accepts a model in one line, with fields that OpenAI supports", () => {
  defineModel({ provider: openai("gpt-image-2"), input: z.object({ prompt: z.string() }), credits: 1 });
  const input = z.object({
    prompt: z.string(),
    n: z.int().min(1).max(4).default(1),
    quality: z.enum(["low", "high"]).optional(),
    image: z.array(z.string()).optional(),
  });
  defineModel({ provider: openai("gpt-image-9-of-tomorrow"), input, credits: 1 });
});

test("refuses a field of another type, and requires only the prompt", () => {
  const provider = openai("gpt-image-2");
  const sized = z.object({ prompt: z.string(), size: z.number() });
  // @ts-expect-error a size is a string
  defineModel({ provider, input: sized, credits: 1 });
  const silent = z.object({ size: z.string() });
  // @ts-expect-error the prompt is missing
  defineModel({ provider, input: silent, credits: 1 });
});

test("accepts 0 to 3 previews", () => {
  expectTypeOf<NonNullable<Parameters<typeof openai>[1]>["partialImages"]>().toEqualTypeOf<0 | 1 | 2 | 3 | undefined>();
});
