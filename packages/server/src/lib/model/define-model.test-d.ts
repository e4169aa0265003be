import { test } from "vitest";
import { z } from "zod";
import type { Provider } from "../ports/provider.js";
import { defineModel } from "./define-model.js";

declare const paints: Provider<{ prompt: string; steps?: number | undefined }>;
declare const needsSteps: Provider<{ prompt: string; steps: number }>;

test("a provider may need less than the schema gives", () => {
  defineModel({ provider: paints, input: z.object({ prompt: z.string(), size: z.number().default(512) }) });
  defineModel({ provider: needsSteps, input: z.object({ prompt: z.string(), steps: z.number().default(8) }) });
});

test("a provider that needs more than the schema gives does not compile", () => {
  // @ts-expect-error `steps` is missing
  defineModel({ provider: needsSteps, input: z.object({ prompt: z.string() }) });
  // @ts-expect-error `steps` may be missing
  defineModel({ provider: needsSteps, input: z.object({ prompt: z.string(), steps: z.number().optional() }) });
  // @ts-expect-error one link of the chain needs more
  defineModel({ provider: [paints, needsSteps], input: z.object({ prompt: z.string() }) });
});
