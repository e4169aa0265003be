import { readFileSync } from "node:fs";
import type { ComfyuiWorkflow } from "@safelight/server/comfyui";
import { z } from "zod";
import { SettingsError } from "./environment.ts";

const nodes = z.record(
  z.string(),
  z.looseObject({ class_type: z.string(), inputs: z.record(z.string(), z.unknown()) }),
);

const supportedPlaceholders = ["{{prompt}}", "{{prompt:text}}", "{{seed:seed}}"];

/**
 * Reads a ComfyUI workflow in the API format that ComfyUI exports.
 *
 * @throws {SettingsError} when the file is unreadable, is not a workflow in API format, has no `{{prompt}}`, or has a
 *   placeholder other than `{{prompt}}` and `{{seed:seed}}`.
 */
export function readWorkflow(file: string): ComfyuiWorkflow {
  const text = readText(file);
  const placeholders: readonly string[] = text.match(/\{\{[^{}]*\}\}/g) ?? [];
  const unknown = placeholders.find((placeholder) => !supportedPlaceholders.includes(placeholder));
  if (unknown !== undefined)
    throw new SettingsError(
      `Unsupported placeholder ${unknown} in COMFYUI_WORKFLOW: use {{prompt}} and {{seed:seed}} only`,
    );
  if (!placeholders.some((placeholder) => placeholder.startsWith("{{prompt")))
    throw new SettingsError("COMFYUI_WORKFLOW has no {{prompt}}: add it to the node that takes the prompt");
  const workflow = nodes.safeParse(parseJson(text));
  if (workflow.success) return workflow.data;
  throw new SettingsError(`COMFYUI_WORKFLOW is not in API format: export ${file} with "Export (API)" in ComfyUI`);
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    throw new SettingsError(`Could not read the file of COMFYUI_WORKFLOW: ${file}`);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
