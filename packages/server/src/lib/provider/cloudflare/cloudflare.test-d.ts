import { test } from "vitest";
import { z } from "zod";
import { defineModel } from "../../model/define-model.js";
import { cloudflare } from "./cloudflare.js";
import type { WorkersAi } from "./run-by-binding.js";

declare const binding: WorkersAi;
const prompt = z.string();

test("a model of a prompt is one line", () => {
  defineModel({ provider: cloudflare("@cf/black-forest-labs/flux-1-schnell"), input: z.object({ prompt }) });
  defineModel({ provider: cloudflare("@cf/new/model", { binding }), input: z.object({ prompt }) });
});

test("a schema may say more, and must not say it otherwise", () => {
  const provider = cloudflare("@cf/black-forest-labs/flux-1-schnell");
  defineModel({ provider, input: z.object({ prompt, steps: z.int().optional(), new_one: z.string() }) });
  // @ts-expect-error the vendor takes numbers
  defineModel({ provider, input: z.object({ prompt, steps: z.string() }) });
  // @ts-expect-error no prompt
  defineModel({ provider, input: z.object({ text: z.string() }) });
});

test("is reached in one way", () => {
  // @ts-expect-error the binding has no use for a key
  cloudflare("@cf/black-forest-labs/flux-1-schnell", { binding, apiKey: "the-key" });
  // @ts-expect-error a gateway belongs to the binding
  cloudflare("@cf/black-forest-labs/flux-1-schnell", { apiKey: "the-key", gateway: { id: "mine" } });
});
