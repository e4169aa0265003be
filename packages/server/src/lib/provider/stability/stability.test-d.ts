import { test } from "vitest";
import { z } from "zod";
import { defineModel } from "../../model/define-model.js";
import { stability } from "./stability.js";

const prompt = z.string();

test("a model of a prompt is one line", () => {
  defineModel({ provider: stability("core"), input: z.object({ prompt }) });
  defineModel({ provider: stability("sd4-of-next-year"), input: z.object({ prompt }) });
});

test("a schema may say more, and must not say it otherwise", () => {
  defineModel({
    provider: stability("ultra"),
    input: z.object({ prompt, seed: z.int().optional(), new_one: z.string() }),
  });
  // @ts-expect-error the vendor takes numbers
  defineModel({ provider: stability("core"), input: z.object({ prompt, seed: z.string() }) });
  // @ts-expect-error a model that paints needs a prompt
  defineModel({ provider: stability("core"), input: z.object({ image: z.string() }) });
});

test("a tool works without a prompt", () => {
  defineModel({ provider: stability("edit/remove-background"), input: z.object({ image: z.string() }) });
  // @ts-expect-error nothing that any tool takes
  defineModel({ provider: stability("upscale/fast"), input: z.object({ picture: z.string() }) });
});
