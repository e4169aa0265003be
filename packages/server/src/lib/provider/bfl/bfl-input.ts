import { toBase64, withoutHead } from "../../bytes/base64.js";
import type { InputImages } from "../../ports/input-images.js";
import { replaceReferences } from "../kit/images/replace-references.js";
import { fieldsOf } from "../kit/request/vendor-json.js";

/**
 * What the FLUX models have in common. Everything else in the model's schema is passed on as it is: a field that a model
 * does not know is refused by the vendor.
 *
 * @see https://docs.bfl.ai (2026-11)
 */
export interface BflInput {
  readonly prompt: string;
  /** In pixels; FLUX.2: a multiple of 16, at least 64, and 4 megapixels in all; FLUX 1.1: a multiple of 32, 256 to 1440. */
  readonly width?: number | undefined;
  /** As `width`. */
  readonly height?: number | undefined;
  /** Such as `"16:9"`, for ultra and Kontext, in place of `width` and `height`. */
  readonly aspect_ratio?: string | undefined;
  readonly seed?: number | undefined;
  /** From 0, the strictest, to 5 for FLUX.2 and 6 for the others. @default 2 */
  readonly safety_tolerance?: number | undefined;
  readonly output_format?: "jpeg" | "png" | undefined;
  readonly prompt_upsampling?: boolean | undefined;
  /** A picture to begin with: a reference to an upload, a URL or base64. More of them as `input_image_2` to `_8`. */
  readonly input_image?: string | undefined;
  /** The picture of a fill. */
  readonly image?: string | undefined;
  /** White is painted anew. */
  readonly mask?: string | undefined;
  /** For flex. */
  readonly steps?: number | undefined;
  /** For flex. */
  readonly guidance?: number | undefined;
}

/**
 * The body of the paid request, as far as the model's input says it.
 *
 * @throws {InputImageMissing} when an uploaded picture is gone.
 */
export async function toBflFields(input: BflInput, images: InputImages): Promise<Readonly<Record<string, unknown>>> {
  const resolved = await replaceReferences(
    input,
    async (reference) => (await images.urlOf(reference)) ?? toBase64((await images.read(reference)).bytes),
  );
  const fields = Object.entries(fieldsOf(resolved));
  return Object.fromEntries(fields.map(([name, value]) => [name, isPicture(name) ? toPicture(value) : value]));
}

function isPicture(name: string): boolean {
  return /image|mask/.test(name);
}

/** The vendor takes URLs and plain base64; a data URL is neither. */
function toPicture(value: unknown): unknown {
  return typeof value === "string" ? withoutHead(value) : value;
}
