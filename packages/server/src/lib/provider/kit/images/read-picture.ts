import { fromBase64 } from "../../../bytes/base64.js";
import { isImageReference } from "../../../generation/image-reference.js";
import type { InputImage, InputImages } from "../../../ports/input-images.js";
import type { SubmitOutcome } from "../../../ports/provider.js";

const dataUrl = /^data:(image\/[\w.+-]+);base64,/;

/**
 * The bytes of a picture in an input: an uploaded one, or a data URL.
 *
 * @returns `null` for anything else, such as an address: nothing is fetched at the word of an owner.
 * @throws {InputImageMissing} when an uploaded one is not there any more.
 */
export async function readPicture(given: unknown, images: InputImages): Promise<InputImage | null> {
  if (isImageReference(given)) return images.read(given);
  const contentType = typeof given === "string" ? dataUrl.exec(given)?.[1] : undefined;
  const bytes = contentType === undefined ? null : fromBase64(String(given));
  return contentType === undefined || bytes === null ? null : { bytes, contentType };
}

/** What becomes of an input with anything else in a picture's place, or with a picture where there is no place for one. */
export function notAPicture(vendor: string): SubmitOutcome {
  const message = `A picture for ${vendor} must be an uploaded one or a data URL, in a field for pictures.`;
  return { type: "rejected", failure: { code: "invalid_input", message } };
}
