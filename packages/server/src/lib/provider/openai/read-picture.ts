import { isImageReference } from "../../generation/image-reference.js";
import type { InputImage, InputImages } from "../../ports/input-images.js";
import type { SubmitOutcome } from "../../ports/provider.js";
import { fromBase64 } from "../vendor/base64.js";

/**
 * The bytes of a picture in an input: an uploaded one, or a data URL.
 *
 * @returns `null` for anything else, such as an address: nothing is fetched at the word of an owner.
 * @throws {InputImageMissing} when an uploaded one is not there any more.
 */
export async function readPicture(given: unknown, images: InputImages): Promise<InputImage | null> {
  if (isImageReference(given)) return images.read(given);
  const [, contentType = "", base64 = ""] = /^data:(image\/[\w.+-]+);base64,(.+)$/s.exec(String(given)) ?? [];
  const bytes = base64 === "" ? null : fromBase64(base64);
  return bytes === null ? null : { bytes, contentType };
}

/** What becomes of an input with anything else in a picture's place. */
export const notAPicture: SubmitOutcome = {
  type: "rejected",
  failure: { code: "invalid_input", message: "A picture for OpenAI must be an uploaded one or a data URL." },
};
