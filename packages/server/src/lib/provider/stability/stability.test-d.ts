import { test } from "vitest";
import { z } from "zod";
import { defineModel } from "../../model/define-model.js";
import { stability } from "./stability.js";

const prompt = z.string();

test("accepts a model with a prompt in one line", () => {
  defineModel({ provider: stability("core"), input: z.object({ prompt }) });
  defineModel({ provider: stability("sd4-of-next-year"), input: z.object({ prompt }) });
});

test("accepts additional fields, and refuses conflicting ones", () => {
  defineModel({
    provider: stability("ultra"),
    input: z.object({ prompt, seed: z.int().optional(), new_one: z.string() }),
  });
  // @ts-expect-error Stability AI expects a number
  defineModel({ provider: stability("core"), input: z.object({ prompt, seed: z.string() }) });
  // @ts-expect-error a text-to-image model needs a prompt
  defineModel({ provider: stability("core"), input: z.object({ image: z.string() }) });
});

test("accepts a tool without a prompt", () => {
  defineModel({ provider: stability("edit/remove-background"), input: z.object({ image: z.string() }) });
  // @ts-expect-error no tool has this field
  defineModel({ provider: stability("upscale/fast"), input: z.object({ picture: z.string() }) });
});
