import { test } from "vitest";
import { z } from "zod";
import { defineModel } from "../../model/define-model.js";
import { comfyui } from "./comfyui.js";
import type { ComfyuiWorkflow } from "./workflow-template.js";

const workflow = {
  "3": { class_type: "KSampler", inputs: { seed: "{{seed:seed}}", steps: 20, positive: ["6", 0] } },
  "5": { class_type: "EmptyLatentImage", inputs: { width: "{{width:number}}", height: 512 } },
  "6": { class_type: "CLIPTextEncode", inputs: { text: "a photo of {{prompt}}, in {{place:text}}" } },
} as const;
declare const imported: ComfyuiWorkflow;

test("accepts a schema that fills all placeholders, with an optional seed", () => {
  const input = z.object({ prompt: z.string(), place: z.string(), width: z.number() });
  defineModel({ provider: comfyui(workflow), input });
  defineModel({ provider: comfyui(workflow), input: input.extend({ seed: z.number().optional() }) });
});

test("reads the placeholders of an inline workflow", () => {
  defineModel({
    provider: comfyui({ "6": { class_type: "CLIPTextEncode", inputs: { text: "{{prompt}}" } } }),
    input: z.object({ prompt: z.string() }),
  });
});

test("refuses a schema with a missing field or another type", () => {
  // @ts-expect-error the place is missing.
  defineModel({ provider: comfyui(workflow), input: z.object({ prompt: z.string(), width: z.number() }) });
  const input = z.object({ prompt: z.string(), place: z.string(), width: z.string() });
  // @ts-expect-error the width is a string.
  defineModel({ provider: comfyui(workflow), input });
});

test("accepts any input for an imported workflow, which has no placeholder types", () => {
  defineModel({ provider: comfyui(imported), input: z.object({ prompt: z.string() }) });
});
