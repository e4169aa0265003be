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

test("a schema that fills all placeholders fits, and the seed may be left to the server", () => {
  const input = z.object({ prompt: z.string(), place: z.string(), width: z.number() });
  defineModel({ provider: comfyui(workflow), input });
  defineModel({ provider: comfyui(workflow), input: input.extend({ seed: z.number().optional() }) });
});

test("a workflow in the call itself is read as well", () => {
  defineModel({
    provider: comfyui({ "6": { class_type: "CLIPTextEncode", inputs: { text: "{{prompt}}" } } }),
    input: z.object({ prompt: z.string() }),
  });
});

test("a schema that lacks one, or gives another type, does not compile", () => {
  // @ts-expect-error there is no place.
  defineModel({ provider: comfyui(workflow), input: z.object({ prompt: z.string(), width: z.number() }) });
  const input = z.object({ prompt: z.string(), place: z.string(), width: z.string() });
  // @ts-expect-error the width is a text.
  defineModel({ provider: comfyui(workflow), input });
});

test("an imported workflow has forgotten its placeholders, and takes any input", () => {
  defineModel({ provider: comfyui(imported), input: z.object({ prompt: z.string() }) });
});
