import { toBase64, withoutHead } from "../../bytes/base64.js";
import { asRecord } from "../../json/as-record.js";
import type { InputFiles } from "../../ports/input-files.js";
import { replaceReferences } from "../kit/inputs/replace-references.js";

/**
 * Input fields that the FLUX models share. Other fields of the model's schema are passed on unchanged; BFL refuses fields
 * that the model does not support.
 *
 * @see https://docs.bfl.ai (2026-11)
 */
export interface BflInput {
  readonly prompt: string;
  /**
   * In pixels. FLUX.2: a multiple of 16, at least 64, and at most 4 megapixels in all. FLUX 1.1: a multiple of 32, 256 to
   * 1440.
   */
  readonly width?: number | undefined;
  /** Like `width`. */
  readonly height?: number | undefined;
  /** Such as `"16:9"`, for ultra and Kontext, instead of `width` and `height`. */
  readonly aspect_ratio?: string | undefined;
  readonly seed?: number | undefined;
  /** From 0 (strictest) to 5 for FLUX.2 and 6 for other models. @default 2 */
  readonly safety_tolerance?: number | undefined;
  readonly output_format?: "jpeg" | "png" | undefined;
  readonly prompt_upsampling?: boolean | undefined;
  /** Input image: a reference to an upload, a URL or base64. More images go into `input_image_2` to `input_image_8`. */
  readonly input_image?: string | undefined;
  /** The image to fill. */
  readonly image?: string | undefined;
  /** White areas are repainted. */
  readonly mask?: string | undefined;
  /** For flex models. */
  readonly steps?: number | undefined;
  /** For flex models. */
  readonly guidance?: number | undefined;
}

/**
 * Fields of the paid request that come from the model's input.
 *
 * @throws {InputFileUnavailable} if an uploaded image was deleted.
 */
export async function toBflFields(input: BflInput, files: InputFiles): Promise<Readonly<Record<string, unknown>>> {
  const resolved = await replaceReferences(
    input,
    async (reference) => (await files.urlOf(reference)) ?? toBase64((await files.read(reference)).bytes),
  );
  const fields = Object.entries(asRecord(resolved));
  return Object.fromEntries(fields.map(([name, value]) => [name, isImageField(name) ? toImage(value) : value]));
}

function isImageField(name: string): boolean {
  return /image|mask/.test(name);
}

/** BFL accepts URLs and plain base64, but no data URLs. */
function toImage(value: unknown): unknown {
  return typeof value === "string" ? withoutHead(value) : value;
}
