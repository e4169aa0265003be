import { toBase64 } from "../../bytes/base64.js";
import type { InputImages } from "../../ports/input-images.js";
import { replaceReferences } from "../kit/images/replace-references.js";
import { fieldsOf } from "../kit/request/vendor-json.js";

/**
 * What the models have in common. Each knows some of these fields and others besides: everything in the model's schema is
 * passed on as it is.
 *
 * @see https://developers.cloudflare.com/workers-ai/models/ (2026-11)
 */
export interface CloudflareInput {
  readonly prompt: string;
  readonly negative_prompt?: string | undefined;
  /** In pixels; not for `flux-1-schnell`. */
  readonly width?: number | undefined;
  /** As `width`. */
  readonly height?: number | undefined;
  /** For `flux-1-schnell`, 1 to 8. @default 4 */
  readonly steps?: number | undefined;
  /** For the family of SDXL: its `steps`. */
  readonly num_steps?: number | undefined;
  readonly guidance?: number | undefined;
  readonly seed?: number | undefined;
  /** A picture to begin with, for the family of SDXL: a reference to an upload, or base64. */
  readonly image_b64?: string | undefined;
  /** As `image_b64`, for FLUX.2: a reference to an upload, or a data URL. More of them as `input_image_1` to `_3`. */
  readonly input_image_0?: string | undefined;
}

/**
 * The input of a model that takes JSON, with references to uploaded pictures, wherever they are, as base64.
 *
 * @throws {InputImageMissing} when an uploaded picture is gone.
 */
export async function toJsonInput(input: unknown, images: InputImages): Promise<Readonly<Record<string, unknown>>> {
  return fieldsOf(await replaceReferences(input, async (reference) => toBase64((await images.read(reference)).bytes)));
}
