import type { MediaKind } from "@safelight/client/contract";
import { expectTypeOf, test } from "vitest";
import { z } from "zod";
import type { Provider } from "../ports/provider.js";
import { defineModel, type InferModels, type Model } from "./define-model.js";

declare const optionalSteps: Provider<{ prompt: string; steps?: number | undefined }>;
declare const needsSteps: Provider<{ prompt: string; steps: number }>;

test("a provider may need fewer fields than the schema returns", () => {
  defineModel({ provider: optionalSteps, input: z.object({ prompt: z.string(), size: z.number().default(512) }) });
  defineModel({ provider: needsSteps, input: z.object({ prompt: z.string(), steps: z.number().default(8) }) });
});

test("a provider that needs more fields than the schema returns does not compile", () => {
  // @ts-expect-error `steps` is missing
  defineModel({ provider: needsSteps, input: z.object({ prompt: z.string() }) });
  // @ts-expect-error `steps` may be missing
  defineModel({ provider: needsSteps, input: z.object({ prompt: z.string(), steps: z.number().optional() }) });
  // @ts-expect-error one of the providers needs `steps`
  defineModel({ provider: [optionalSteps, needsSteps], input: z.object({ prompt: z.string() }) });
});

test("a model exposes its kind and its input", () => {
  const model = defineModel({
    provider: optionalSteps,
    input: z.object({ prompt: z.string(), size: z.number().default(512) }),
  });
  expectTypeOf(model.kind).toEqualTypeOf<MediaKind>();
  expectTypeOf<InferModels<{ flux: typeof model }>["flux"]["input"]>().toEqualTypeOf<{
    prompt: string;
    size?: number | undefined;
  }>();
  expectTypeOf<Extract<keyof typeof model, string>>().toEqualTypeOf<"kind" | "input">();
  // @ts-expect-error only `defineModel` creates a model
  const forged: Model = { kind: "image", input: model.input };
  expectTypeOf(forged).toEqualTypeOf<Model>();
});
