import { readFileSync } from "node:fs";
import type { ComfyuiWorkflow } from "@safelight/server/comfyui";
import { z } from "zod";
import { SettingsError } from "./environment.ts";

const nodes = z.record(
  z.string(),
  z.looseObject({ class_type: z.string(), inputs: z.record(z.string(), z.unknown()) }),
);

/** What the demo can fill in. */
const fillable = ["{{prompt}}", "{{prompt:text}}", "{{seed:seed}}"];

/**
 * Reads the workflow that ComfyUI is to run, as ComfyUI exports it in API format.
 *
 * @throws {SettingsError} when there is none in the file, or one with a placeholder that the demo has nothing for.
 */
export function readWorkflow(file: string): ComfyuiWorkflow {
  const text = readText(file);
  const placeholders: readonly string[] = text.match(/\{\{[^{}]*\}\}/g) ?? [];
  const unknown = placeholders.find((placeholder) => !fillable.includes(placeholder));
  if (unknown !== undefined)
    throw new SettingsError(`COMFYUI_WORKFLOW has ${unknown}, and the demo fills {{prompt}} and {{seed:seed}} alone`);
  if (!placeholders.some((placeholder) => placeholder.startsWith("{{prompt")))
    throw new SettingsError("COMFYUI_WORKFLOW needs {{prompt}} where the prompt goes");
  const workflow = nodes.safeParse(parseJson(text));
  if (workflow.success) return workflow.data;
  throw new SettingsError(`COMFYUI_WORKFLOW names no workflow in API format: export ${file} with "Export (API)"`);
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    throw new SettingsError(`COMFYUI_WORKFLOW names ${file}, which cannot be read`);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
