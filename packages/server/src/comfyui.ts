/**
 * Workflows on a ComfyUI of the host's own.
 *
 * @module
 */
export { type ComfyuiOptions, comfyui } from "./lib/provider/comfyui/comfyui.js";
export type { ComfyuiInput, ComfyuiNode, ComfyuiWorkflow } from "./lib/provider/comfyui/workflow-template.js";
