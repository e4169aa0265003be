import { fromBase64 } from "../../../bytes/base64.js";
import { isUploadReference } from "../../../generation/upload-reference.js";
import type { InputFile, InputFiles } from "../../../ports/input-files.js";
import type { SubmitOutcome } from "../../../ports/provider.js";

const dataUrl = /^data:(image\/[\w.+-]+);base64,/;

/**
 * Reads an image of an input: an uploaded one, or a data URL.
 *
 * @returns `null` for anything else, such as an uploaded video. An `https:` URL is never fetched: the input is under the owner's control.
 * @throws {InputFileUnavailable} if an uploaded image was deleted.
 */
export async function readImage(given: unknown, files: InputFiles): Promise<InputFile | null> {
  if (isUploadReference(given)) {
    const file = await files.read(given);
    return file.contentType.startsWith("image/") ? file : null;
  }
  const contentType = typeof given === "string" ? dataUrl.exec(given)?.[1] : undefined;
  const bytes = contentType === undefined ? null : fromBase64(String(given));
  return contentType === undefined || bytes === null ? null : { bytes, contentType };
}

/** Outcome for an input whose image is neither a reference nor a data URL, or is in a field that takes no image. */
export function invalidImage(vendor: string): SubmitOutcome {
  const message = `An image for ${vendor} must be an uploaded image or a data URL, in a field for images.`;
  return { type: "rejected", failure: { code: "invalid_input", message } };
}
