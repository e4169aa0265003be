import { test } from "vitest";
import { z } from "zod";
import { defineModel } from "../../model/define-model.js";
import { bfl } from "./bfl.js";

test("a model of a prompt is one line", () => {
  defineModel({ provider: bfl("flux-2-pro"), input: z.object({ prompt: z.string() }) });
  defineModel({ provider: bfl("flux-4-of-next-year"), input: z.object({ prompt: z.string() }) });
});

test("a schema may say more, and must not say it otherwise", () => {
  const prompt = z.string();
  defineModel({
    provider: bfl("flux-2-flex"),
    input: z.object({ prompt, steps: z.int().optional(), new_one: z.string() }),
  });
  // @ts-expect-error the vendor takes numbers
  defineModel({ provider: bfl("flux-2-pro"), input: z.object({ prompt, width: z.string() }) });
  // @ts-expect-error no webp
  defineModel({ provider: bfl("flux-2-pro"), input: z.object({ prompt, output_format: z.enum(["webp"]) }) });
  // @ts-expect-error no prompt
  defineModel({ provider: bfl("flux-2-pro"), input: z.object({ text: z.string() }) });
});
