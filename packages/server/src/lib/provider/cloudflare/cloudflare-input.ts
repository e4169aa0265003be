import { toBase64 } from "../../bytes/base64.js";
import { asRecord } from "../../json/as-record.js";
import type { InputFiles } from "../../ports/input-files.js";
import { replaceReferences } from "../kit/inputs/replace-references.js";

/**
 * Input fields that the models share. Each model supports some of them; all fields of the model's schema are passed on
 * unchanged.
 *
 * @see https://developers.cloudflare.com/workers-ai/models/ (2026-11)
 */
export interface CloudflareInput {
  readonly prompt: string;
  readonly negative_prompt?: string | undefined;
  /** In pixels; not for `flux-1-schnell`. */
  readonly width?: number | undefined;
  /** Like `width`. */
  readonly height?: number | undefined;
  /** For `flux-1-schnell`, 1 to 8. @default 4 */
  readonly steps?: number | undefined;
  /** Steps of SDXL models. */
  readonly num_steps?: number | undefined;
  readonly guidance?: number | undefined;
  readonly seed?: number | undefined;
  /** Input image of SDXL models: a reference to an upload, or base64. */
  readonly image_b64?: string | undefined;
  /**
   * Input image of FLUX.2: a reference to an upload, or a data URL. More images go into `input_image_1` to
   * `input_image_3`.
   */
  readonly input_image_0?: string | undefined;
}

/**
 * Input for a model that expects JSON. References to uploaded images, at any depth, become base64.
 *
 * @throws {InputFileUnavailable} if an uploaded image was deleted.
 */
export async function toJsonInput(input: unknown, files: InputFiles): Promise<Readonly<Record<string, unknown>>> {
  return asRecord(await replaceReferences(input, async (reference) => toBase64((await files.read(reference)).bytes)));
}
