import { test } from "vitest";
import { z } from "zod";
import { defineModel } from "../../model/define-model.js";
import { bfl } from "./bfl.js";

test("accepts a model with a prompt in one line", () => {
  defineModel({ provider: bfl("flux-2-pro"), input: z.object({ prompt: z.string() }) });
  defineModel({ provider: bfl("flux-4-of-next-year"), input: z.object({ prompt: z.string() }) });
});

test("accepts additional fields, and refuses conflicting ones", () => {
  const prompt = z.string();
  defineModel({
    provider: bfl("flux-2-flex"),
    input: z.object({ prompt, steps: z.int().optional(), new_one: z.string() }),
  });
  // @ts-expect-error BFL expects a number
  defineModel({ provider: bfl("flux-2-pro"), input: z.object({ prompt, width: z.string() }) });
  // @ts-expect-error BFL does not support webp
  defineModel({ provider: bfl("flux-2-pro"), input: z.object({ prompt, output_format: z.enum(["webp"]) }) });
  // @ts-expect-error the prompt is missing
  defineModel({ provider: bfl("flux-2-pro"), input: z.object({ text: z.string() }) });
});
