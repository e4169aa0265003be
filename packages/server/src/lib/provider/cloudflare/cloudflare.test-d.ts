import { test } from "vitest";
import { z } from "zod";
import { defineModel } from "../../model/define-model.js";
import { cloudflare } from "./cloudflare.js";
import type { WorkersAi } from "./run-by-binding.js";

declare const binding: WorkersAi;
const prompt = z.string();

test("accepts a model with a prompt in one line", () => {
  defineModel({ provider: cloudflare("@cf/black-forest-labs/flux-1-schnell"), input: z.object({ prompt }) });
  defineModel({ provider: cloudflare("@cf/new/model", { binding }), input: z.object({ prompt }) });
});

test("accepts additional fields, and refuses conflicting ones", () => {
  const provider = cloudflare("@cf/black-forest-labs/flux-1-schnell");
  defineModel({ provider, input: z.object({ prompt, steps: z.int().optional(), new_one: z.string() }) });
  // @ts-expect-error Cloudflare expects a number
  defineModel({ provider, input: z.object({ prompt, steps: z.string() }) });
  // @ts-expect-error the prompt is missing
  defineModel({ provider, input: z.object({ text: z.string() }) });
});

test("accepts either the binding or a key", () => {
  // @ts-expect-error the binding does not use a key
  cloudflare("@cf/black-forest-labs/flux-1-schnell", { binding, apiKey: "the-key" });
  // @ts-expect-error a gateway requires the binding
  cloudflare("@cf/black-forest-labs/flux-1-schnell", { apiKey: "the-key", gateway: { id: "mine" } });
});
